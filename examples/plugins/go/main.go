// An example plugin of Hodu: the format CSV for tables of numbers, and a backend of a few operators.
package main

import "hodu-example-go/hodu"

func main() {
	hodu.Serve(&hodu.Plugin{
		ID:       "hodu-example-go",
		Version:  "1.0.0",
		Formats:  map[string]any{"csv": csv{}},
		Backends: map[string]hodu.Backend{"plain": plain{}},
	})
}
