package hodu

import "sync"

// Event is an event of the bus: its "type", and what that type has, such as {"type": "Custom", "eventType": "mine", "data": 1}.
type Event = map[string]any

// Context is what a plugin has to do with the others, as long as it is loaded. Config holds its settings as text.
type Context struct {
	Plugin string
	Config map[string]string

	line             *line
	lock             sync.Mutex
	listeners        map[int64]func(Event) error
	services         map[string]map[string]Method
	lastSubscription int64
}

// Method is a method of a service: it takes and gives nil, bool, float64, int64, string, []byte, Value, []any and map[string]any.
type Method func(arguments []any) (any, error)

// Subscribe has listener called with each event of that name: a type, the eventType of Custom events, or "*". It gives what ends that.
func (c *Context) Subscribe(name string, listener func(Event) error) (end func() error, err error) {
	c.lock.Lock()
	c.lastSubscription++
	subscription := c.lastSubscription
	c.listeners[subscription] = listener
	c.lock.Unlock()
	if err := c.ask("event.subscribe", map[string]any{"subscription": subscription, "name": name}); err != nil {
		return nil, err
	}
	return func() error {
		c.lock.Lock()
		delete(c.listeners, subscription)
		c.lock.Unlock()
		return c.ask("event.unsubscribe", map[string]any{"subscription": subscription})
	}, nil
}

// Publish returns when all listeners have had the event.
func (c *Context) Publish(event Event) error {
	return c.ask("event.publish", map[string]any{"event": event})
}

// RegisterService offers methods to other plugins under a name.
func (c *Context) RegisterService(name string, methods map[string]Method) error {
	names := []string{}
	for method := range methods {
		names = append(names, method)
	}
	c.lock.Lock()
	c.services[name] = methods
	c.lock.Unlock()
	return c.ask("service.register", map[string]any{"service": name, "methods": names})
}

// CallService calls a method of a service of another plugin. Where there is none, it fails with BAD_USAGE.
func (c *Context) CallService(service, method string, arguments ...any) (any, error) {
	out := &encoder{}
	given, err := out.service(list(arguments), 0)
	if err != nil {
		return nil, err
	}
	var result struct {
		Value any `json:"value"`
	}
	params := map[string]any{"service": service, "method": method, "arguments": given}
	parts, err := c.line.ask(nil, "service.call", params, out.parts, &result)
	if err != nil {
		return nil, err
	}
	return parts.service(result.Value)
}

// Log passes a message on that belongs to no call.
func (c *Context) Log(level, message string) {
	c.line.notify("log", map[string]any{"level": level, "message": short(message)})
}

func (c *Context) ask(method string, params map[string]any) error {
	var result struct{}
	_, err := c.line.ask(nil, method, params, nil, &result)
	return err
}

type loadPluginParams struct {
	Plugin string `json:"plugin"`
	Config []Pair `json:"config"`
}

func loadPlugin(s *server, params *loadPluginParams, _ *request) (any, error) {
	c := &Context{Plugin: params.Plugin, Config: map[string]string{}, line: s.line}
	c.listeners, c.services = map[int64]func(Event) error{}, map[string]map[string]Method{}
	for _, pair := range params.Config {
		c.Config[pair[0]] = pair[1]
	}
	s.setContext(c)
	if s.plugin.OnLoad != nil {
		if err := s.plugin.OnLoad(c); err != nil {
			s.setContext(nil)
			return nil, err
		}
	}
	return empty{}, nil
}

func unloadPlugin(s *server, _ *empty, _ *request) (any, error) {
	c, err := s.loaded("unload the plugin")
	if err != nil {
		return nil, err
	}
	defer s.setContext(nil)
	if s.plugin.OnUnload == nil {
		return empty{}, nil
	}
	return empty{}, s.plugin.OnUnload(c)
}

type eventParams struct {
	Subscription *int64 `json:"subscription"`
	Event        Event  `json:"event"`
}

func deliver(s *server, params *eventParams, _ *request) (any, error) {
	c, err := s.loaded("deliver an event")
	if err != nil {
		return nil, err
	}
	if params.Subscription == nil {
		if s.plugin.OnEvent == nil {
			return empty{}, nil
		}
		return empty{}, s.plugin.OnEvent(params.Event, c)
	}
	c.lock.Lock()
	listener := c.listeners[*params.Subscription]
	c.lock.Unlock()
	if listener == nil {
		return empty{}, nil
	}
	return empty{}, listener(params.Event)
}

type serviceParams struct {
	Service   string `json:"service"`
	Method    string `json:"method"`
	Arguments []any  `json:"arguments"`
}

func callService(s *server, params *serviceParams, r *request) (any, error) {
	c, err := s.loaded("call a service")
	if err != nil {
		return nil, err
	}
	c.lock.Lock()
	method := c.services[params.Service][params.Method]
	c.lock.Unlock()
	if method == nil {
		return nil, Errorf(BadUsage, "Cannot call %q of service %q: there is none", params.Method, params.Service)
	}
	given, err := r.in.service(params.Arguments)
	if err != nil {
		return nil, malformed(err)
	}
	arguments, _ := given.([]any)
	value, err := method(arguments)
	if err != nil {
		return nil, err
	}
	wire, err := r.out.service(value, 0)
	return map[string]any{"value": wire}, err
}

func (s *server) setContext(c *Context) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.context = c
}

func (s *server) loaded(what string) (*Context, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.context == nil {
		return nil, Errorf(BadUsage, "Cannot %s: the plugin is not loaded", what)
	}
	return s.context, nil
}
