// An example plugin of Hodu: the format CSV for tables of numbers, and a backend of a few operators.
package main

import (
	_ "embed"

	"hodu-example-go/hodu"
)

//go:embed package.json
var manifest []byte

func main() {
	hodu.Serve(&hodu.Plugin{
		Manifest: manifest,
		Formats:  map[string]any{"csv": csv{}},
		Backends: map[string]hodu.Backend{"plain": plain{}},
	})
}
