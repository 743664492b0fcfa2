package main

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"hodu-example-go/hodu"
)

// A line of a table: a million columns of 16 characters.
const maxLineBytes = 16 << 20

// Bytes of one write.
const pieceBytes = 1 << 20

// csv is a table of numbers: one unnamed tensor of two dims, a line for each row, commas between the columns.
type csv struct{}

func (csv) LoadTensors(source *hodu.Source, options hodu.LoadTensorsOptions, call *hodu.Call) (*hodu.TensorFile, error) {
	lines := bufio.NewScanner(io.NewSectionReader(source, 0, source.Size))
	lines.Buffer(nil, maxLineBytes)
	var elements []float64
	var rows, columns int64
	for lines.Scan() {
		if err := call.Check(); err != nil {
			return nil, err
		}
		fields := strings.Split(lines.Text(), ",")
		if rows++; rows == 1 {
			columns = int64(len(fields))
		}
		if int64(len(fields)) != columns {
			return nil, refusal(source, "line %d of %d columns, expected the %d of the first", rows, len(fields), columns)
		}
		for _, field := range fields {
			number, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
			if err != nil {
				return nil, refusal(source, "%q in line %d, expected a number", field[:min(len(field), 40)], rows)
			}
			elements = append(elements, number)
		}
	}
	if lines.Err() == bufio.ErrTooLong {
		return nil, refusal(source, "a line of more than %d bytes, expected a table", maxLineBytes)
	}
	if lines.Err() != nil {
		return nil, lines.Err()
	}
	if rows == 0 {
		return nil, refusal(source, "no line, expected a table")
	}
	tensor, err := tensorOf(elements, []int64{rows, columns}, options)
	if err != nil {
		return nil, err
	}
	return &hodu.TensorFile{Values: []hodu.NamedValue{{Name: "", Value: tensor}}}, nil
}

func (csv) SaveTensors(file *hodu.TensorFile, sink *hodu.Sink, call *hodu.Call) error {
	elements, columns, err := tableOf(file, sink.Name)
	if err != nil {
		return err
	}
	var piece []byte
	for i, element := range elements {
		piece = strconv.AppendFloat(piece, element, 'g', -1, 64)
		if (i+1)%columns != 0 {
			piece = append(piece, ',')
			continue
		}
		piece = append(piece, '\n')
		if len(piece) < pieceBytes && i+1 < len(elements) {
			continue
		}
		if _, err := sink.Write(piece); err != nil {
			return err
		}
		piece = piece[:0]
	}
	return nil
}

// tableOf gives the elements of the only value, and its columns.
func tableOf(file *hodu.TensorFile, name string) ([]float64, int, error) {
	unfit := hodu.Errorf(hodu.Unsupported, "Cannot write %s: found other values, expected one unnamed tensor of f64 with rows and columns", name)
	if len(file.Values) != 1 || file.Values[0].Name != "" {
		return nil, 0, unfit
	}
	tensor, isTensor := file.Values[0].Value.(*hodu.Tensor)
	if !isTensor || tensor.DType != "f64" || len(tensor.Shape) != 2 || tensor.Shape[0] == 0 || tensor.Shape[1] == 0 {
		return nil, 0, unfit
	}
	elements, err := hodu.Elements[float64](tensor)
	return elements, int(tensor.Shape[1]), err
}

// tensorOf is of f64, or of what the caller wants the table to be.
func tensorOf(elements []float64, shape []int64, options hodu.LoadTensorsOptions) (*hodu.Tensor, error) {
	for _, pair := range options.DTypes {
		switch {
		case pair[0] != "" || pair[1] == "f64":
		case pair[1] == "f32":
			narrow := make([]float32, len(elements))
			for i, element := range elements {
				narrow[i] = float32(element)
			}
			return hodu.TensorOf("f32", shape, narrow)
		default:
			return nil, hodu.Errorf(hodu.Unsupported, "Cannot read a table as %s: found numbers, expected f64 or f32", pair[1])
		}
	}
	return hodu.TensorOf("f64", shape, elements)
}

func refusal(source *hodu.Source, format string, arguments ...any) error {
	message := hodu.Errorf(hodu.BadTensorFile, "Cannot read %s: found "+format, append([]any{source.Name}, arguments...)...)
	return message.In(hodu.Place{File: source.Name})
}
