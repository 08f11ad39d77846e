"""Work that somebody must do: lifecycles, working time, pure decisions. Knows no database and no clock."""
