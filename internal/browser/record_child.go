package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	cdptarget "github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"samui/internal/journey"
)

// children are what a tab runs beside its own process: workers, service
// workers, frames of other sites, and their own. Chrome tells of their requests
// in sessions of their own, which chromedp doesn't know; so they are wrapped
// into the messages of the tab's, as deep as they lie. Only their requests are
// listened to. Where the visit has limits, each waits at its start until it has
// them; where it has none nothing of theirs is held up, and what one sends
// before Chrome knows that somebody listens isn't told.
type children struct {
	tab    cdp.Session
	spawn  func(func())
	hears  func(event any, from journey.Sender)
	loaded func(target string)
	limits map[journey.Sender][]order // none where the visit has no limits

	mu    sync.Mutex // guards known
	known map[cdptarget.SessionID]child
}

// child is what has a session of its own.
type child struct {
	path   []cdptarget.SessionID // from the tab to it
	sender journey.Sender
}

const (
	// mostChildren bounds how many are listened to in one tab: a page may start
	// workers without end.
	mostChildren = 200

	commandSendToTarget = "Target.sendMessageToTarget" // deprecated, and the only way past chromedp
)

// wrapped is a message of a child's session.
type wrapped struct {
	ID     int64              `json:"id,omitempty"`
	Method cdproto.MethodType `json:"method,omitempty"`
	Params json.RawMessage    `json:"params,omitempty"`
}

func newChildren(s *Session, tab cdp.Session) *children {
	c := &children{tab: tab, spawn: s.spawn, hears: s.listenChild, loaded: s.recorder.loaded, known: make(map[cdptarget.SessionID]child)}
	if limits := s.limits(); len(limits) > 0 {
		c.limits = map[journey.Sender][]order{
			journey.SenderFrame: limits, journey.SenderServiceWorker: limits, journey.SenderWorker: s.workerLimits(),
		}
	}
	return c
}

// listen has Chrome tell of the tab's children, now and when they come.
func (c *children) listen(ctx context.Context) error {
	no := false
	return call(ctx, c.tab, cdptarget.SetAutoAttach, cdptarget.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: len(c.limits) > 0, Flatten: &no})
}

// hear notes what is said of children, and by them.
func (c *children) hear(event any) {
	switch e := event.(type) {
	case *cdptarget.EventAttachedToTarget:
		c.attached(nil, e.SessionID, e.TargetInfo)
	case *cdptarget.EventDetachedFromTarget:
		c.forget(e.SessionID)
	case *cdptarget.EventReceivedMessageFromTarget:
		c.said(nil, e.SessionID, e.Message)
	}
}

func (c *children) attached(parent []cdptarget.SessionID, id cdptarget.SessionID, info *cdptarget.Info) {
	if info == nil {
		return
	}
	path := append(append([]cdptarget.SessionID{}, parent...), id)
	var sender journey.Sender
	switch info.Type {
	case "iframe":
		sender = journey.SenderFrame
	case "worker":
		sender = journey.SenderWorker
	case "service_worker":
		sender = journey.SenderServiceWorker
	default:
		c.spawn(func() { c.letGo(path) })
		return
	}
	c.mu.Lock()
	_, there := c.known[id]
	heard := len(c.known) < mostChildren
	if heard && !there {
		c.known[id] = child{path, sender}
	}
	c.mu.Unlock()
	if there {
		return
	}
	c.loaded(string(info.TargetID))
	c.spawn(func() {
		if heard {
			c.tell(path, network.Enable.Method, map[string]int{"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}) // bodies are not looked at
		}
		for _, o := range c.limits[sender] {
			c.tell(path, o.method, o.params)
		}
		if heard {
			c.tell(path, cdptarget.SetAutoAttach.Method, map[string]bool{"autoAttach": true, "waitForDebuggerOnStart": len(c.limits) > 0, "flatten": false})
		}
		c.letGo(path)
	})
}

// letGo has a child begin that waits for it.
func (c *children) letGo(path []cdptarget.SessionID) {
	if len(c.limits) > 0 {
		c.tell(path, runtime.RunIfWaitingForDebugger.Method, cdp.Empty{})
	}
}

func (c *children) forget(id cdptarget.SessionID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, id)
}

// tell sends a command to a child. One that has gone needs none, and answers
// are not waited for.
func (c *children) tell(path []cdptarget.SessionID, method string, params any) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	message, err := wrap(path, method, params)
	if err != nil {
		panic("BUG: a command can't be encoded: " + err.Error())
	}
	_ = c.tab.Call(ctx, commandSendToTarget, message, nil)
}

// toTarget is a command that is handed on.
type toTarget struct {
	SessionID cdptarget.SessionID `json:"sessionId"`
	Message   string              `json:"message"`
}

// wrap puts a command for the last of a path into one for the first.
func wrap(path []cdptarget.SessionID, method string, params any) (toTarget, error) {
	for i := len(path) - 1; ; i-- {
		raw, err := json.Marshal(params)
		if err != nil {
			return toTarget{}, fmt.Errorf("encoding %s: %w", method, err)
		}
		text, err := json.Marshal(wrapped{ID: 1, Method: cdproto.MethodType(method), Params: raw})
		if err != nil {
			return toTarget{}, fmt.Errorf("encoding %s: %w", method, err)
		}
		message := toTarget{path[i], string(text)}
		if i == 0 {
			return message, nil
		}
		method, params = commandSendToTarget, message
	}
}

// said notes a message of a child, or of a child of it. What can't be read is
// of a newer protocol.
func (c *children) said(parent []cdptarget.SessionID, id cdptarget.SessionID, text string) {
	c.mu.Lock()
	one, known := c.known[id]
	c.mu.Unlock()
	if !known || len(one.path) != len(parent)+1 {
		return
	}
	var m wrapped
	if err := json.Unmarshal([]byte(text), &m); err != nil || m.Method == "" {
		return
	}
	switch m.Method.Domain() {
	case "Network", "Target":
	default:
		return
	}
	event, err := cdproto.UnmarshalMessage(&cdproto.Message{Method: m.Method, Params: []byte(m.Params)}, chromedp.DefaultUnmarshalOptions)
	if err != nil {
		return
	}
	switch e := event.(type) {
	case *cdptarget.EventAttachedToTarget:
		c.attached(one.path, e.SessionID, e.TargetInfo)
	case *cdptarget.EventDetachedFromTarget:
		c.forget(e.SessionID)
	case *cdptarget.EventReceivedMessageFromTarget:
		c.said(one.path, e.SessionID, e.Message)
	default:
		c.hears(event, one.sender)
	}
}
