package hodu

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ValueType is the type of a value: Kind is tensor, sequence, optional or map. A tensor has a DType, and a Shape unless not even its rank is
// known (nil); a sequence and an optional have an Element; a map has that and the dtype of its keys.
type ValueType struct {
	Kind    string     `json:"kind"`
	DType   string     `json:"dtype,omitempty"`
	Shape   []Dim      `json:"shape,omitzero"`
	Key     string     `json:"key,omitempty"`
	Element *ValueType `json:"element,omitempty"`
}

// String is as Hodu's own messages write a type: f32[n, 3]; the kind alone for what is no tensor.
func (t *ValueType) String() string {
	switch {
	case t == nil:
		return "any type"
	case t.Kind != "tensor":
		return t.Kind
	case t.Shape == nil:
		return t.DType
	}
	return fmt.Sprintf("%s[%s]", t.DType, strings.Join(texts(t.Shape), ", "))
}

func texts[T fmt.Stringer](items []T) []string {
	found := make([]string, len(items))
	for i, item := range items {
		found[i] = item.String()
	}
	return found
}

// Dim is a number, or a sum of a number and symbols times coefficients.
type Dim struct {
	Constant int64
	Terms    []Term
}

// Term is a symbol times a number.
type Term struct {
	Symbol      string
	Coefficient int64
}

func (t Term) String() string {
	if t.Coefficient == 1 {
		return t.Symbol
	}
	return fmt.Sprintf("%d*%s", t.Coefficient, t.Symbol)
}

func (d Dim) String() string {
	sum := texts(d.Terms)
	if d.Constant != 0 || len(sum) == 0 {
		sum = append(sum, strconv.FormatInt(d.Constant, 10))
	}
	return strings.Join(sum, " + ")
}

type wireDim struct {
	Constant int64    `json:"constant"`
	Terms    [][2]any `json:"terms"`
}

func (d Dim) MarshalJSON() ([]byte, error) {
	if len(d.Terms) == 0 {
		return json.Marshal(d.Constant)
	}
	wire := wireDim{Constant: d.Constant}
	for _, term := range d.Terms {
		wire.Terms = append(wire.Terms, [2]any{term.Symbol, term.Coefficient})
	}
	return json.Marshal(wire)
}

func (d *Dim) UnmarshalJSON(text []byte) error {
	*d = Dim{}
	if json.Unmarshal(text, &d.Constant) == nil {
		return nil
	}
	var wire wireDim
	if err := json.Unmarshal(text, &wire); err != nil {
		return err
	}
	d.Constant = wire.Constant
	for _, term := range wire.Terms {
		symbol, isText := term[0].(string)
		coefficient, isNumber := term[1].(float64)
		if !isText || !isNumber {
			return fmt.Errorf("found a dim of %v", term)
		}
		d.Terms = append(d.Terms, Term{symbol, int64(coefficient)})
	}
	return nil
}

// Float is a float64 that JSON may not have: NaN, infinities and -0 are text there.
type Float float64

func (f Float) MarshalJSON() ([]byte, error) {
	number := float64(f)
	switch {
	case math.IsNaN(number):
		return []byte(`"NaN"`), nil
	case math.IsInf(number, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(number, -1):
		return []byte(`"-Infinity"`), nil
	case number == 0 && math.Signbit(number):
		return []byte(`"-0"`), nil
	}
	return json.Marshal(number)
}

func (f *Float) UnmarshalJSON(text []byte) error {
	if len(text) > 1 && text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	number, err := strconv.ParseFloat(string(text), 64)
	*f = Float(number)
	return err
}

// Int is an integer of 64 bits, which is text in JSON.
type Int int64

func (i Int) MarshalJSON() ([]byte, error) {
	return json.Marshal(strconv.FormatInt(int64(i), 10))
}

func (i *Int) UnmarshalJSON(text []byte) error {
	var decimal string
	if err := json.Unmarshal(text, &decimal); err != nil {
		return err
	}
	number, err := strconv.ParseInt(decimal, 10, 64)
	*i = Int(number)
	return err
}

// Pair is two texts, such as an entry of metadata.
type Pair [2]string

// list gives an empty list for nil, which JSON would otherwise not have as one.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
