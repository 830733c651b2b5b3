package browser

import (
	"encoding/json"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
)

// worlds are our execution contexts behind one protocol session: a tab's, or
// that of a frame which lives in a process of its own. Their ids mean something
// only there.
type worlds struct {
	mu   sync.Mutex // guards byID
	byID map[runtime.ExecutionContextID]innerWorld
}

// innerWorld is our execution context in the document of a frame.
type innerWorld struct {
	frame  cdp.FrameID
	unique string
}

func newWorlds() *worlds { return &worlds{byID: make(map[runtime.ExecutionContextID]innerWorld)} }

// created notes a new context, if it is ours.
func (w *worlds) created(c *runtime.ExecutionContextDescription) (innerWorld, bool) {
	if c.Name != worldName {
		return innerWorld{}, false
	}
	var aux struct {
		FrameID cdp.FrameID `json:"frameId"`
	}
	if err := json.Unmarshal(c.AuxData, &aux); err != nil {
		return innerWorld{}, false
	}
	world := innerWorld{aux.FrameID, c.UniqueID}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.byID[c.ID] = world
	return world, true
}

func (w *worlds) of(id runtime.ExecutionContextID) (innerWorld, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	world, ok := w.byID[id]
	return world, ok
}

func (w *worlds) forget(unique string) (innerWorld, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, world := range w.byID {
		if world.unique == unique {
			delete(w.byID, id)
			return world, true
		}
	}
	return innerWorld{}, false
}
