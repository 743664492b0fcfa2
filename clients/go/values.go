package hodu

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Value is what flows along an edge of a graph: a *Tensor, *SequenceValue, *OptionalValue or *MapValue.
type Value interface{ isValue() }

// Tensor is row-major. Data holds its elements as files do: little-endian, elements below 8 bits packed from the low bits on, bool as a byte
// 0 or 1, complex as real then imaginary, each string as its length in bytes (u32) and UTF-8. Wide: an f16, bf16 or f32 tensor of doubles.
type Tensor struct {
	DType string
	Shape []int64
	Wide  bool
	Data  []byte
}

// SequenceValue has items in order, all of the element type.
type SequenceValue struct {
	Element ValueType
	Items   []Value
}

// OptionalValue is a value of the element type, or none (nil).
type OptionalValue struct {
	Element ValueType
	Value   Value
}

// MapValue has keys, integers in decimal, and as many values.
type MapValue struct {
	Key     string
	Element ValueType
	Keys    []string
	Values  []Value
}

func (*Tensor) isValue()        {}
func (*SequenceValue) isValue() {}
func (*OptionalValue) isValue() {}
func (*MapValue) isValue()      {}

// NamedValue is a value by the name of an input, an output, or its place in a file ("" where a file has one without a name).
type NamedValue struct {
	Name  string
	Value Value
}

// Number is what the elements of a tensor of numbers are in Go.
type Number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// Bytes of an element, of the dtypes that TensorOf makes; f16, bf16 and bool of their bits.
var widths = map[string]int{
	"bool": 1, "i8": 1, "u8": 1, "i16": 2, "u16": 2, "f16": 2, "bf16": 2, "i32": 4, "u32": 4, "f32": 4, "i64": 8, "u64": 8, "f64": 8,
}

// TensorOf makes a tensor of these elements, in row-major order: float32 for "f32", uint16 for the bits of "bf16". It refuses (BAD_INPUT)
// elements of another size, and another number of them than the shape has.
func TensorOf[T Number](dtype string, shape []int64, elements []T) (*Tensor, error) {
	var one T
	if width := widths[dtype]; width != binary.Size(one) {
		return nil, Errorf(BadInput, "Cannot make a tensor of %s: found elements of %d bytes, expected %d", dtype, binary.Size(one), width)
	}
	data, err := binary.Append(nil, binary.LittleEndian, elements)
	if err != nil {
		return nil, err
	}
	tensor := &Tensor{DType: dtype, Shape: shape, Data: data}
	if count, err := tensor.Count(); err != nil || count != int64(len(elements)) {
		return nil, Errorf(BadInput, "Cannot make a tensor of the shape %v: found %d elements", shape, len(elements))
	}
	return tensor, nil
}

// Elements gives a tensor's elements as numbers of their size: float32 for "f32".
func Elements[T Number](tensor *Tensor) ([]T, error) {
	count, err := tensor.Count()
	if err != nil {
		return nil, err
	}
	elements := make([]T, count)
	if size := binary.Size(elements); size != len(tensor.Data) {
		return nil, fmt.Errorf("found a tensor %s of %d bytes, expected %d", tensor.DType, len(tensor.Data), size)
	}
	_, err = binary.Decode(tensor.Data, binary.LittleEndian, elements)
	return elements, err
}

// Count is the number of elements: refused where the data could not hold so many.
func (t *Tensor) Count() (int64, error) {
	count := int64(1)
	for _, dim := range t.Shape {
		if dim < 0 || (dim > 0 && count > (1<<53)/dim) {
			return 0, fmt.Errorf("found the shape %v, expected fewer than 2^53 elements", t.Shape)
		}
		count *= dim
	}
	if count > 8*int64(len(t.Data)) {
		return 0, fmt.Errorf("found %d elements in %d bytes", count, len(t.Data))
	}
	return count, nil
}

// encoder takes the parts of a message in the making.
type encoder struct{ parts [][]byte }

func (e *encoder) part(data []byte) int {
	e.parts = append(e.parts, data)
	return len(e.parts) - 1
}

// decoder has the parts of a message.
type decoder struct{ parts [][]byte }

func (d *decoder) part(index int) ([]byte, error) {
	if index < 0 || index >= len(d.parts) {
		return nil, fmt.Errorf("found part %d of %d", index, len(d.parts))
	}
	return d.parts[index], nil
}

// wireValue is a value of any kind as JSON.
type wireValue struct {
	Kind    string            `json:"kind"`
	DType   string            `json:"dtype,omitempty"`
	Shape   []int64           `json:"shape,omitzero"`
	Wide    bool              `json:"wide,omitempty"`
	Data    *int              `json:"data,omitempty"`
	Element *ValueType        `json:"element,omitempty"`
	Items   []*wireValue      `json:"items,omitzero"`
	Value   *wireValue        `json:"value,omitempty"`
	Key     string            `json:"key,omitempty"`
	Keys    []json.RawMessage `json:"keys,omitzero"`
	Values  []*wireValue      `json:"values,omitzero"`
}

type wireNamedValue struct {
	Name  string     `json:"name"`
	Value *wireValue `json:"value"`
}

func (e *encoder) value(value Value) *wireValue {
	switch v := value.(type) {
	case *Tensor:
		index := e.part(v.Data)
		return &wireValue{Kind: "tensor", DType: v.DType, Shape: list(v.Shape), Wide: v.Wide, Data: &index}
	case *SequenceValue:
		return &wireValue{Kind: "sequence", Element: &v.Element, Items: e.each(v.Items)}
	case *OptionalValue:
		wire := &wireValue{Kind: "optional", Element: &v.Element}
		if v.Value != nil {
			wire.Value = e.value(v.Value)
		}
		return wire
	case *MapValue:
		wire := &wireValue{Kind: "map", Element: &v.Element, Key: v.Key, Keys: []json.RawMessage{}, Values: e.each(v.Values)}
		for _, key := range v.Keys {
			wire.Keys = append(wire.Keys, keyToWire(v.Key, key))
		}
		return wire
	}
	panic(fmt.Sprintf("found a value %T, expected a tensor or another value", value))
}

func (e *encoder) each(values []Value) []*wireValue {
	wire := make([]*wireValue, len(values))
	for i, value := range values {
		wire[i] = e.value(value)
	}
	return wire
}

func (e *encoder) named(values []NamedValue) []wireNamedValue {
	wire := make([]wireNamedValue, len(values))
	for i, value := range values {
		wire[i] = wireNamedValue{value.Name, e.value(value.Value)}
	}
	return wire
}

func (d *decoder) value(wire *wireValue) (Value, error) {
	if wire == nil {
		return nil, fmt.Errorf("found no value")
	}
	switch {
	case wire.Kind == "tensor" && wire.Data != nil:
		data, err := d.part(*wire.Data)
		return &Tensor{DType: wire.DType, Shape: wire.Shape, Wide: wire.Wide, Data: data}, err
	case wire.Kind == "sequence" && wire.Element != nil:
		items, err := d.each(wire.Items)
		return &SequenceValue{*wire.Element, items}, err
	case wire.Kind == "optional" && wire.Element != nil:
		if wire.Value == nil {
			return &OptionalValue{Element: *wire.Element}, nil
		}
		value, err := d.value(wire.Value)
		return &OptionalValue{*wire.Element, value}, err
	case wire.Kind == "map" && wire.Element != nil:
		values, err := d.each(wire.Values)
		read := &MapValue{Key: wire.Key, Element: *wire.Element, Values: values}
		for _, key := range wire.Keys {
			read.Keys = append(read.Keys, keyFromWire(key))
		}
		return read, err
	}
	return nil, fmt.Errorf("found a value of the kind %q that is not whole", wire.Kind)
}

func (d *decoder) each(wire []*wireValue) ([]Value, error) {
	values := make([]Value, len(wire))
	for i, item := range wire {
		var err error
		if values[i], err = d.value(item); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func (d *decoder) named(wire []wireNamedValue) ([]NamedValue, error) {
	values := make([]NamedValue, len(wire))
	for i, item := range wire {
		value, err := d.value(item.Value)
		if err != nil {
			return nil, err
		}
		values[i] = NamedValue{item.Name, value}
	}
	return values, nil
}

// keyToWire is text for texts and integers of 64 bits, else a number.
func keyToWire(dtype, key string) json.RawMessage {
	if dtype != "string" && dtype != "i64" && dtype != "u64" {
		return json.RawMessage(key)
	}
	text, _ := json.Marshal(key)
	return text
}

func keyFromWire(wire json.RawMessage) string {
	var text string
	if json.Unmarshal(wire, &text) == nil {
		return text
	}
	return string(wire)
}
