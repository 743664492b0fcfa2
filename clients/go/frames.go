package hodu

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

const (
	messageFrame = 1
	dataFrame    = 2
)

// envelope is a message of JSON-RPC 2.0, with the sizes of its parts.
type envelope struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      *int64          `json:"id,omitempty"`
	Method  *string         `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
	Parts   []wirePart      `json:"parts,omitempty"`
}

// wirePart is the size of a part that comes in frames, or where it is in memory.
type wirePart struct {
	size   int64
	memory *memoryPart
}

func (p wirePart) MarshalJSON() ([]byte, error) {
	if p.memory != nil {
		return json.Marshal(p.memory)
	}
	return json.Marshal(p.size)
}

func (p *wirePart) UnmarshalJSON(text []byte) error {
	if text[0] == '{' {
		return json.Unmarshal(text, &p.memory)
	}
	return json.Unmarshal(text, &p.size)
}

// transfer is a message and its parts, as far as they have come.
type transfer struct {
	envelope
	parts [][]byte
	// The part that is being filled.
	part int
	left int64
}

// frameReader reads messages from a stream of bytes. After an error it is of no more use.
type frameReader struct {
	in        *bufio.Reader
	transfers map[uint32]*transfer
	openBytes int64
	// opened gets each message before its parts are there.
	opened func(*envelope) error
	// take gives the bytes of a message's part in memory.
	take  func(message *envelope, part *memoryPart) ([]byte, error)
	spare spare
}

func newFrameReader(in io.Reader, opened func(*envelope) error, take func(*envelope, *memoryPart) ([]byte, error)) *frameReader {
	return &frameReader{in: bufio.NewReaderSize(in, 256<<10), transfers: map[uint32]*transfer{}, opened: opened, take: take}
}

// receive gives the next complete message; io.EOF at the end of the line, another error for a breach of the protocol.
func (r *frameReader) receive() (*transfer, error) {
	for {
		var header [headerBytes]byte
		if _, err := io.ReadFull(r.in, header[:]); err != nil {
			if err == io.EOF && len(r.transfers) == 0 {
				return nil, io.EOF
			}
			return nil, cut(err)
		}
		kind, stream, length := header[0], binary.LittleEndian.Uint32(header[4:]), int64(binary.LittleEndian.Uint32(header[8:]))
		if (kind != messageFrame && kind != dataFrame) || header[1]|header[2]|header[3] != 0 {
			return nil, fmt.Errorf("found a frame that begins with % x", header[:4])
		}
		if length == 0 || (kind == messageFrame && length > maxMessageBytes) || (kind == dataFrame && length > maxDataBytes) {
			return nil, fmt.Errorf("found %d bytes of payload", length)
		}
		read := r.readMessage
		if kind == dataFrame {
			read = r.readData
		}
		if complete, err := read(stream, length); err != nil || complete != nil {
			return complete, err
		}
	}
}

func (r *frameReader) readMessage(stream uint32, length int64) (*transfer, error) {
	text, err := io.ReadAll(io.LimitReader(r.in, length))
	if err != nil || int64(len(text)) < length {
		return nil, cut(err)
	}
	message := &transfer{}
	if err := json.Unmarshal(text, &message.envelope); err != nil {
		return nil, fmt.Errorf("found a message that cannot be read: %w", err)
	}
	if message.JSONRPC != "2.0" {
		return nil, errors.New("found a message that is not JSON-RPC 2.0")
	}
	if err := r.openParts(stream, message); err != nil {
		return nil, err
	}
	if err := r.opened(&message.envelope); err != nil {
		return nil, err
	}
	if message.left == 0 {
		return message, nil
	}
	r.openBytes += message.left
	r.transfers[stream] = message
	return nil, nil
}

// openParts checks the sizes of a message's parts before there is room for them.
func (r *frameReader) openParts(stream uint32, message *transfer) error {
	if len(message.Parts) > maxParts {
		return fmt.Errorf("found %d parts", len(message.Parts))
	}
	files := map[string]bool{}
	for _, part := range message.Parts {
		if held := part.memory; held != nil {
			if files[held.File] || held.Size < 0 || held.Size > mostMemoryBytes {
				return fmt.Errorf("found a part of %d bytes in the file %q", held.Size, held.File)
			}
			files[held.File] = true
		}
		if part.size < 0 || part.size > maxPartBytes {
			return fmt.Errorf("found a part of %d bytes", part.size)
		}
		message.left += part.size
		if r.openBytes+message.left > maxOpenBytes {
			return errors.New("found more open bytes than there may be")
		}
	}
	if message.left > 0 && (r.transfers[stream] != nil || len(r.transfers) == maxOpenMessages) {
		return fmt.Errorf("found stream %d twice, or too many of them", stream)
	}
	message.parts = make([][]byte, len(message.Parts))
	for i, part := range message.Parts {
		if part.memory == nil {
			message.parts[i] = r.spare.take(min(part.size, growBytes))[:0]
			continue
		}
		bytes, err := r.take(&message.envelope, part.memory)
		if err != nil {
			return err
		}
		message.parts[i] = bytes
	}
	return nil
}

func (r *frameReader) readData(stream uint32, length int64) (*transfer, error) {
	message := r.transfers[stream]
	if message == nil || length > message.left {
		return nil, fmt.Errorf("found %d bytes for stream %d, which does not wait for them", length, stream)
	}
	message.left -= length
	r.openBytes -= length
	for length > 0 {
		if message.Parts[message.part].memory != nil {
			message.part++
			continue
		}
		size := message.Parts[message.part].size
		held := message.parts[message.part]
		taken := min(size-int64(len(held)), length)
		grown, err := r.fill(held, int(taken), size)
		if err != nil {
			return nil, cut(err)
		}
		message.parts[message.part] = grown
		length -= taken
		if int64(len(grown)) == size {
			message.part++
		}
	}
	if message.left > 0 {
		return nil, nil
	}
	delete(r.transfers, stream)
	return message, nil
}

// fill appends bytes of the line to a part of that size.
func (r *frameReader) fill(held []byte, count int, size int64) ([]byte, error) {
	from := len(held)
	if cap(held) < from+count {
		room := make([]byte, from, min(size, int64(2*(from+count))))
		copy(room, held)
		held = room
	}
	grown := held[:from+count]
	_, err := io.ReadFull(r.in, grown[from:])
	return grown, err
}

func cut(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("found the end of the line within a message")
	}
	return err
}

// sender sends messages from any goroutine, a frame at a time, so that a short one need not wait for a long one.
type sender struct {
	line       net.Conn
	turn       sync.Mutex
	lastStream uint32
	memory     atomic.Pointer[memory]
}

func (s *sender) send(message envelope, parts [][]byte) error {
	message.JSONRPC = "2.0"
	var total int
	var framed [][]byte
	for _, part := range parts {
		wire := s.wirePart(part)
		message.Parts = append(message.Parts, wire)
		if wire.memory == nil {
			framed = append(framed, part)
			total += len(part)
		}
	}
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	if len(text) > maxMessageBytes {
		return fmt.Errorf("found a message of %d bytes, expected at most %d", len(text), maxMessageBytes)
	}
	stream, err := s.sendMessage(text, framed, total)
	if err != nil || total <= dataFrameBytes {
		return err
	}
	for _, part := range framed {
		for at := 0; at < len(part); at += dataFrameBytes {
			piece := part[at:min(at+dataFrameBytes, len(part))]
			if err := s.write(header(dataFrame, stream, len(piece)), piece); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *sender) wirePart(part []byte) wirePart {
	if shared := s.memory.Load(); shared != nil && len(part) >= leastMemoryBytes && len(part) <= mostMemoryBytes {
		return wirePart{memory: shared.put(part), size: int64(len(part))}
	}
	return wirePart{size: int64(len(part))}
}

// sendMessage sends the JSON, and the parts with it where they fit into one frame.
func (s *sender) sendMessage(text []byte, parts [][]byte, total int) (uint32, error) {
	s.turn.Lock()
	defer s.turn.Unlock()
	s.lastStream++
	stream := s.lastStream
	buffers := net.Buffers{header(messageFrame, stream, len(text)), text}
	if total > 0 && total <= dataFrameBytes {
		buffers = append(append(buffers, header(dataFrame, stream, total)), parts...)
	}
	_, err := buffers.WriteTo(s.line)
	return stream, err
}

func (s *sender) write(pieces ...[]byte) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	buffers := net.Buffers(pieces)
	_, err := buffers.WriteTo(s.line)
	return err
}

func header(kind byte, stream uint32, length int) []byte {
	bytes := make([]byte, headerBytes)
	bytes[0] = kind
	binary.LittleEndian.PutUint32(bytes[4:], stream)
	binary.LittleEndian.PutUint32(bytes[8:], uint32(length))
	return bytes
}
