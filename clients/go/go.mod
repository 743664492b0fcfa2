module hodu.dev/plugin

go 1.24
