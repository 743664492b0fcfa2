module hodu-bench-echo

go 1.24

require hodu.dev/plugin v0.0.0

replace hodu.dev/plugin => ../../../clients/go
