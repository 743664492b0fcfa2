package hodu

import (
	"encoding/binary"
	"encoding/json"
)

type packed struct {
	Snapshot *wireSnapshot `json:"snapshot"`
	Parts    []int         `json:"parts"`
}

// EncodeSnapshot gives a Snapshot as bytes, for artifacts of backends that run it as it is: the size of its JSON (u32), the JSON, its parts.
func EncodeSnapshot(snapshot *Snapshot) ([]byte, error) {
	out := &encoder{}
	head := packed{Snapshot: out.snapshot(snapshot), Parts: []int{}}
	for _, part := range out.parts {
		head.Parts = append(head.Parts, len(part))
	}
	text, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	bytes := append(binary.LittleEndian.AppendUint32(nil, uint32(len(text))), text...)
	for _, part := range out.parts {
		bytes = append(bytes, part...)
	}
	return bytes, nil
}

// DecodeSnapshot reads what EncodeSnapshot gave. It refuses (BAD_MODEL) other bytes.
func DecodeSnapshot(bytes []byte) (*Snapshot, error) {
	damaged := Errorf(BadModel, "Cannot read an artifact: found damaged bytes, expected a model")
	if len(bytes) < 4 || int64(len(bytes)-4) < int64(binary.LittleEndian.Uint32(bytes)) {
		return nil, damaged
	}
	end := 4 + int(binary.LittleEndian.Uint32(bytes))
	var head packed
	if json.Unmarshal(bytes[4:end], &head) != nil {
		return nil, damaged
	}
	in := &decoder{}
	for _, size := range head.Parts {
		if size < 0 || size > len(bytes)-end {
			return nil, damaged
		}
		in.parts = append(in.parts, bytes[end:end+size])
		end += size
	}
	snapshot, err := in.snapshot(head.Snapshot)
	if err != nil {
		return nil, damaged
	}
	return snapshot, nil
}
