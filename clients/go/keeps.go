package hodu

type keepKey struct {
	keep int64
	key  string
}

// keeper gives the bytes that the host keeps under a key, else those that make gives while the host asks for them.
func (s *server) keeper(keep int64) func(*Call, string, func() ([]byte, error)) ([]byte, error) {
	return func(call *Call, key string, make func() ([]byte, error)) ([]byte, error) {
		var made []byte
		s.lock.Lock()
		s.keeps[keepKey{keep, key}] = func() (bytes []byte, err error) {
			made, err = make()
			return made, err
		}
		s.lock.Unlock()
		var result struct {
			Bytes *int `json:"bytes"`
		}
		parts, err := s.line.ask(call, "keep.get", map[string]any{"keep": keep, "key": key}, nil, &result)
		s.lock.Lock()
		delete(s.keeps, keepKey{keep, key})
		s.lock.Unlock()
		if err != nil || result.Bytes == nil {
			return made, err
		}
		return parts.part(*result.Bytes)
	}
}

type makeParams struct {
	Keep int64  `json:"keep"`
	Key  string `json:"key"`
}

func makeKept(s *server, params *makeParams, r *request) (any, error) {
	s.lock.Lock()
	make := s.keeps[keepKey{params.Keep, params.Key}]
	s.lock.Unlock()
	if make == nil {
		return nil, Errorf(BadUsage, "Cannot make what the host is to keep: nobody asked for it")
	}
	bytes, err := make()
	if err != nil {
		return nil, err
	}
	return map[string]any{"bytes": r.out.part(bytes)}, nil
}
