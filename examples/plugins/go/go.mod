module hodu-example-go

go 1.24
