package hodu

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// memoryPart is a part that travels in a file in memory.
type memoryPart struct {
	File string `json:"file"`
	Size int64  `json:"size"`
}

// memory holds parts in files of a folder in memory. Each side writes its own files, again and again, and takes from those of the other. All
// of them stay open and mapped until the process ends.
type memory struct {
	folder string
	lock   sync.Mutex
	own    map[string]*ownFile
	theirs map[string]*theirFile
}

// ownFile is written by this side. It has room for size bytes, and is named until the other side has opened it.
type ownFile struct {
	file    *os.File
	mapped  []byte
	size    int64
	isFree  bool
	isNamed bool
}

// theirFile is written by the other side, which leaves it alone while a part in it is lent.
type theirFile struct {
	file   *os.File
	mapped []byte
	isLent bool
}

var theirName = regexp.MustCompile(`^h[0-9]{1,9}$`)

// openMemory is nil where no file can be made in the folder.
func openMemory(folder string) *memory {
	m := &memory{folder: folder, own: map[string]*ownFile{}, theirs: map[string]*theirFile{}}
	if folder == "" || m.open() == "" {
		return nil
	}
	return m
}

// put copies a part into a file; nil where there is no room for it.
func (m *memory) put(part []byte) *memoryPart {
	name, own := m.claim(int64(len(part)))
	if own == nil {
		return nil
	}
	err := own.write(part)
	m.lock.Lock()
	defer m.lock.Unlock()
	if err != nil {
		own.isFree = true
		return nil
	}
	return &memoryPart{name, int64(len(part))}
}

// claim gives a file that nothing else is put into; nil where there is none.
func (m *memory) claim(size int64) (string, *ownFile) {
	m.lock.Lock()
	defer m.lock.Unlock()
	name := m.freeFile(size)
	if name == "" {
		name = m.open()
	}
	own := m.own[name]
	if own != nil {
		own.isFree = false
	}
	return name, own
}

func (o *ownFile) write(part []byte) (err error) {
	size := int64(len(part))
	switch {
	case o.mapped == nil:
		_, err = o.file.WriteAt(part, 0)
	case size > o.size:
		err = makeRoom(o.file, size)
	}
	if err != nil {
		return err
	}
	if o.mapped != nil {
		copyNear(o.mapped, part)
	}
	o.size = max(o.size, size)
	return nil
}

// copyNear copies bytes to where the other side will read them soon: a large copy of Go's writes past the processor's caches.
func copyNear(to, from []byte) {
	for at := 0; at < len(from); at += nearBytes {
		copy(to[at:], from[at:min(at+nearBytes, len(from))])
	}
}

// take gives a copy of the bytes that the other side has put into a file.
func (m *memory) take(part *memoryPart) ([]byte, error) {
	their, err := m.theirFile(part, false)
	if err != nil {
		return nil, err
	}
	return their.read(part.Size)
}

// lend gives the bytes themselves, where files can be mapped. Until endLoan the other side leaves them as they are.
func (m *memory) lend(part *memoryPart) ([]byte, error) {
	their, err := m.theirFile(part, true)
	if err != nil {
		return nil, err
	}
	if their.mapped == nil {
		return their.read(part.Size)
	}
	return their.mapped[:part.Size:part.Size], nil
}

func (m *memory) endLoan(name string) {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.theirs[name].isLent = false
}

func (t *theirFile) read(size int64) ([]byte, error) {
	bytes := make([]byte, size)
	_, err := t.file.ReadAt(bytes, 0)
	return bytes, err
}

// free says that the other side has taken what was put into a file of this side's.
func (m *memory) free(name string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	own := m.own[name]
	if own == nil || own.isFree {
		return fmt.Errorf("found that %q is free, expected a file that holds a part", name)
	}
	if own.isNamed {
		_ = os.Remove(filepath.Join(m.folder, name))
	}
	own.isNamed, own.isFree = false, true
	var idle int64
	for _, one := range m.own {
		if one.isFree {
			idle += one.size
		}
	}
	if idle > maxIdleMemoryBytes {
		own.size = 0
		return own.file.Truncate(0)
	}
	return nil
}

// freeFile is, of those that hold nothing, the smallest that need not grow, else the largest; "" where there is none.
func (m *memory) freeFile(size int64) string {
	best := ""
	for name, one := range m.own {
		if !one.isFree {
			continue
		}
		if best == "" {
			best = name
			continue
		}
		held, least := one.size, m.own[best].size
		if (held >= size && (least < size || held < least)) || (held < size && least < size && held > least) {
			best = name
		}
	}
	return best
}

// open makes one more file; "" where that cannot be.
func (m *memory) open() string {
	if len(m.own) == maxMemoryFiles {
		return ""
	}
	name := fmt.Sprintf("p%d", len(m.own))
	file, err := os.OpenFile(filepath.Join(m.folder, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return ""
	}
	m.own[name] = &ownFile{file: file, mapped: mapFile(file), isFree: true, isNamed: true}
	return name
}

// theirFile is the file of a part, which it holds whole and which is now lent or not.
func (m *memory) theirFile(part *memoryPart, isLent bool) (*theirFile, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	their, err := m.openTheirs(part.File)
	if err != nil {
		return nil, err
	}
	if their.isLent {
		return nil, fmt.Errorf("found a part in the file %s, which holds another one", part.File)
	}
	state, err := their.file.Stat()
	if err == nil && state.Size() < part.Size {
		err = fmt.Errorf("found %d bytes in the file %s, expected %d", state.Size(), part.File, part.Size)
	}
	their.isLent = isLent && err == nil
	return their, err
}

func (m *memory) openTheirs(name string) (*theirFile, error) {
	if their := m.theirs[name]; their != nil {
		return their, nil
	}
	if !theirName.MatchString(name) || len(m.theirs) == maxMemoryFiles {
		return nil, fmt.Errorf("found a part in the file %q", name)
	}
	file, err := os.OpenFile(filepath.Join(m.folder, name), os.O_RDWR|noFollow, 0)
	if err != nil {
		return nil, err
	}
	their := &theirFile{file: file, mapped: mapFile(file)}
	m.theirs[name] = their
	return their, nil
}
