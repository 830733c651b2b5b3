package slacktest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
)

// memory is a network of pipes with one server in it.
type memory struct {
	server *http.Server
	queue  chan net.Conn
	closed chan struct{}
	once   sync.Once
	done   chan struct{} // the server has ended
}

var errClosed = errors.New("the server in memory is closed")

func newMemory(h http.Handler) *memory {
	m := &memory{server: &http.Server{Handler: h}, queue: make(chan net.Conn), closed: make(chan struct{}), done: make(chan struct{})}
	go func() { // ends with close, which waits for it
		_ = m.server.Serve(m)
		close(m.done)
	}()
	return m
}

func (m *memory) dial(ctx context.Context) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case m.queue <- theirs:
		return ours, nil
	case <-m.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements [net.Listener].
func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.queue:
		return c, nil
	case <-m.closed:
		return nil, errClosed
	}
}

// Close implements [net.Listener].
func (m *memory) Close() error {
	m.once.Do(func() { close(m.closed) })
	return nil
}

// Addr implements [net.Listener].
func (m *memory) Addr() net.Addr { return address{} }

func (m *memory) close() {
	_ = m.server.Close()
	<-m.done
}

type address struct{}

func (address) Network() string { return "memory" }
func (address) String() string  { return "slack.test" }
