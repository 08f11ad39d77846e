// A file goes in parts (tus 1.0): where the connection breaks it goes on by itself, and where the page was
// left it goes on once the same file is chosen again. Without this script the form is sent as it is.
"use strict";
(() => {
  const PART_BYTES = 8 * 1024 * 1024;
  const LONGEST_PAUSE_MS = 15000;
  const SILENCE_MS = 60000;

  class Refused extends Error {}

  const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  // Until the time is over, or the browser says that it is on line again.
  const pause = (ms) => new Promise((resume) => {
    setTimeout(resume, ms);
    window.addEventListener("online", resume, { once: true });
  });

  function ask(form, method, url, headers, body, sent) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let silence;
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(() => request.abort(), SILENCE_MS);
      };
      request.open(method, url);
      request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => { heard(); if (sent) sent(event.loaded); });
      request.addEventListener("load", () => resolve(request));
      for (const end of ["error", "abort"]) request.addEventListener(end, () => reject(new Error(end)));
      request.addEventListener("loadend", () => clearTimeout(silence));
      heard();
      request.send(body);
    });
  }

  // How much has come; an answer without that number is a refusal, a page to sign in, or a passing fault.
  async function offset(form, method, url, headers, body, sent) {
    const request = await ask(form, method, url, { "Tus-Resumable": "1.0.0", ...headers }, body, sent);
    const told = request.getResponseHeader("Upload-Offset");
    if (told !== null) return [Number(told), request];
    if (request.status >= 500) throw new Error(String(request.status));
    const plain = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    throw new Refused(plain ? request.responseText : form.querySelector("[data-signed-out]").textContent);
  }

  async function patiently(form, act) {
    const broken = form.querySelector("[data-sending-broken]");
    for (let ms = 1000; ; ms = Math.min(2 * ms, LONGEST_PAUSE_MS)) {
      try {
        const done = await act();
        broken.hidden = true;
        return done;
      } catch (error) {
        if (error instanceof Refused) throw error;
        broken.hidden = false;
        await pause(ms);
      }
    }
  }

  // The address under which the whole file has come.
  async function sendParts(form, file, show) {
    const said = { filename: file.name, modified: String(file.lastModified) };
    if (form.elements.no_secrets.checked) said.no_secrets = "on";
    const pairs = Object.entries(said).map(([name, value]) => `${name} ${encoded(value)}`).join(",");
    const headers = { "Upload-Length": String(file.size), "Upload-Metadata": pairs };
    const address = form.getAttribute("data-upload"); // form.dataset is the field of that name
    const [begun, answer] = await patiently(form, () => offset(form, "POST", address, headers, null));
    const url = answer.getResponseHeader("Location");
    let come = begun;
    let known = true;
    while (come < file.size) {
      show(come);
      await patiently(form, async () => {
        if (!known) [come] = await offset(form, "HEAD", url, {}, null);
        known = false;
        const part = file.slice(come, come + PART_BYTES);
        const about = { "Upload-Offset": String(come), "Content-Type": "application/offset+octet-stream" };
        if (part.size) [come] = await offset(form, "PATCH", url, about, part, (sent) => show(come + sent));
        known = true;
      });
    }
    show(file.size);
    return url.split("/").filter(Boolean).pop();
  }

  async function handIn(form) {
    const bar = form.querySelector("progress.sending");
    const undeclared = form.querySelector("[data-undeclared]");
    if (!form.elements.no_secrets.checked) throw new Refused(undeclared.textContent);
    const fields = new FormData(form);
    const file = fields.get("file");
    if (file && file.name) {
      bar.hidden = false;
      fields.set("reception", await sendParts(form, file, (come) => { bar.value = (100 * come) / (file.size || 1); }));
      form.elements.reception.value = fields.get("reception");
    }
    fields.delete("file");
    const answer = await patiently(form, () => ask(form, "POST", form.action, { "X-Sending": "1" }, fields));
    const next = answer.getResponseHeader("X-Next");
    if (next) return location.assign(next);
    const main = new DOMParser().parseFromString(answer.responseText, "text/html").querySelector("main");
    if (!main) return location.reload();
    document.querySelector("main").replaceWith(main);
    window.scrollTo(0, 0);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]") || event.defaultPrevented || !window.FormData) return;
    event.preventDefault();
    const failed = form.querySelector("[data-sending-failed]");
    failed.hidden = true;
    try {
      await handIn(form);
    } catch (error) {
      failed.textContent = error instanceof Refused ? error.message : failed.dataset.sendingFailed;
      failed.hidden = false;
      form.querySelector("progress.sending").hidden = true;
      delete form.dataset.sent;
    }
  });
})();
