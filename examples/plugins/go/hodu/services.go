package hodu

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// service is what a service takes or gives as JSON; an object of one member stands for what JSON has not.
func (e *encoder) service(data any, depth int) (any, error) {
	if depth > maxServiceDepth {
		return nil, unfit(fmt.Sprintf("more than %d levels", maxServiceDepth))
	}
	switch d := data.(type) {
	case nil, bool, string:
		return d, nil
	case int:
		return integerToWire(int64(d)), nil
	case int64:
		return integerToWire(d), nil
	case float64:
		if math.IsNaN(d) || math.IsInf(d, 0) || (d == 0 && math.Signbit(d)) {
			return map[string]any{"$float": Float(d)}, nil
		}
		return d, nil
	case []byte:
		return map[string]any{"$bytes": e.part(d)}, nil
	case Value:
		return map[string]any{"$value": e.value(d)}, nil
	case []any:
		wire := make([]any, len(d))
		for i, item := range d {
			var err error
			if wire[i], err = e.service(item, depth+1); err != nil {
				return nil, err
			}
		}
		return wire, nil
	case map[string]any:
		wire := map[string]any{}
		for name, item := range d {
			if strings.HasPrefix(name, "$") {
				return nil, unfit(fmt.Sprintf("the member %q", name))
			}
			var err error
			if wire[name], err = e.service(item, depth+1); err != nil {
				return nil, err
			}
		}
		return wire, nil
	}
	return nil, unfit(fmt.Sprintf("%T", data))
}

func integerToWire(number int64) any {
	if number > -1<<53 && number < 1<<53 {
		return number
	}
	return map[string]any{"$integer": strconv.FormatInt(number, 10)}
}

func unfit(found string) error {
	return Errorf(BadUsage, "Cannot send data to a service: found %s, expected JSON, integers, bytes and values", found)
}

// service reads what a service takes or gives.
func (d *decoder) service(wire any) (any, error) {
	switch w := wire.(type) {
	case []any:
		data := make([]any, len(w))
		for i, item := range w {
			var err error
			if data[i], err = d.service(item); err != nil {
				return nil, err
			}
		}
		return data, nil
	case map[string]any:
		data := map[string]any{}
		for name, item := range w {
			if strings.HasPrefix(name, "$") {
				return d.marked(name, item)
			}
			var err error
			if data[name], err = d.service(item); err != nil {
				return nil, err
			}
		}
		return data, nil
	}
	return wire, nil
}

// marked reads what JSON has not.
func (d *decoder) marked(mark string, item any) (any, error) {
	text, err := json.Marshal(item)
	if err != nil {
		return nil, err
	}
	switch mark {
	case "$float":
		number, err := read[Float](text)
		return float64(number), err
	case "$integer":
		number, err := read[Int](text)
		return int64(number), err
	case "$bytes":
		index, err := read[int](text)
		if err != nil {
			return nil, err
		}
		return d.part(index)
	case "$value":
		wire, err := read[*wireValue](text)
		if err != nil {
			return nil, err
		}
		return d.value(wire)
	}
	return nil, fmt.Errorf("found the mark %q", mark)
}
