package journey_test

import (
	"testing"
	"time"

	"samui/internal/journey"
)

func TestSlotKeyHasNoTime(t *testing.T) {
	slot := journey.Slot{Site: "shop", Journey: "buy-shoes", Device: "phone", Location: "tlv-1"}
	const want = "shop/buy-shoes/phone/tlv-1"
	for _, at := range []time.Time{{}, time.Unix(1767261600, 0).UTC()} {
		slot.At = at
		if got := slot.Key(); got != want {
			t.Errorf("at %s: Key() = %q; want %q", at, got, want)
		}
	}
}
