"""Search finds what a clerk means: words, part-words, codes, pinyin, initials, slips of the finger."""

import pytest
from django.db import connection

from shuzhi.apps.catalogue.models import Dataset
from shuzhi.apps.catalogue.search import index_dataset, search_datasets
from shuzhi.demo.world import World

TITLES = {
    "mz-dibao": "最低生活保障对象名册",
    "jx-guishang": "规模以上工业企业名录",
    "wl-sheshi": "体育健身设施点位",
    "wl-wenwu": "全国重点文物保护单位",
    "sl-shuiwei": "钱塘江水位雨量",
}


@pytest.fixture
def catalogue(world: World) -> dict[str, Dataset]:
    """Five entries of one owner."""
    datasets = {
        code: Dataset.objects.create(code=code, title=title, owner=world.department)
        for code, title in TITLES.items()
    }
    for dataset in datasets.values():
        index_dataset(dataset, ["民政局", "身份证号"] if dataset.code == "mz-dibao" else ["经纬度"])
    return datasets


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("最低生活保障对象名册", "mz-dibao"),
        ("低保障", "mz-dibao"),
        ("生活保障", "mz-dibao"),
        ("身份证", "mz-dibao"),
        ("jx-guishang", "jx-guishang"),
        ("工业企业", "jx-guishang"),
        ("名录 企业", "jx-guishang"),
        ("shuiwei", "sl-shuiwei"),
        ("qtjswyl", "sl-shuiwei"),
        ("wenwu", "wl-wenwu"),
        ("体育建身设施", "wl-sheshi"),
        ("ＪＸ－ＧＵＩＳＨＡＮＧ", "jx-guishang"),
    ],
)
def test_the_dataset_meant_comes_first(catalogue: dict[str, Dataset], query: str, code: str) -> None:
    found = search_datasets(Dataset.objects.all(), query)
    assert found
    assert found[0].code == code


@pytest.mark.django_db
def test_an_entry_indexed_again_is_found_by_its_new_words_only(catalogue: dict[str, Dataset]) -> None:
    dataset = catalogue["sl-shuiwei"]
    dataset.title = "河道断面流量"
    index_dataset(dataset, [])
    assert search_datasets(Dataset.objects.all(), "断面流量") == [dataset]
    assert dataset not in search_datasets(Dataset.objects.all(), "雨量")


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["", "  ", "' OR 1=1 --", '"', "AND", "*", "%", "\x00", "民" * 500])
def test_a_query_is_never_syntax(catalogue: dict[str, Dataset], query: str) -> None:
    search_datasets(Dataset.objects.all(), query)
    assert connection.is_usable()


@pytest.mark.django_db
def test_what_is_not_visible_is_not_found(catalogue: dict[str, Dataset]) -> None:
    assert search_datasets(Dataset.objects.none(), "企业") == []
