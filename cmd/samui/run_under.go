package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"samui/internal/config"
	"samui/internal/journey"
)

// under are the visits of a journey under the conditions that were asked for:
// its own, or those on one device, each over the network and on the machine
// that the flags name instead of the journey's.
func (o *runOptions) under(settings config.Settings, j journey.Journey) ([]journey.Visit, error) {
	visits, err := o.devices(settings, j)
	if err != nil {
		return nil, err
	}
	visits = slices.Clone(visits)
	if o.network != "" {
		network, err := named("network", o.network, settings.Networks, func(n journey.Network) string { return n.Name })
		if err != nil {
			return nil, err
		}
		for i := range visits {
			visits[i].Network = network
		}
	}
	for i := range visits {
		if o.cpu.value != 0 {
			visits[i].CPU = o.cpu.value
		}
	}
	return visits, nil
}

// devices are the visits of a journey: its own, or those on the device that
// was asked for, which is used unthrottled where the journey doesn't know it.
func (o *runOptions) devices(settings config.Settings, j journey.Journey) ([]journey.Visit, error) {
	if o.device == "" {
		return j.Visits, nil
	}
	var some []journey.Visit
	for _, v := range j.Visits {
		if v.Device.Name == o.device {
			some = append(some, v)
		}
	}
	if len(some) > 0 {
		return some, nil
	}
	device, err := named("device", o.device, settings.Devices, func(d journey.Device) string { return d.Name })
	return []journey.Visit{{Device: device, Network: settings.Networks[0]}}, err
}

// named finds what a flag names among what is known.
func named[V any](flag, name string, known []V, nameOf func(V) string) (V, error) {
	var names []string
	for _, v := range known {
		if nameOf(v) == name {
			return v, nil
		}
		names = append(names, nameOf(v))
	}
	hint := "the " + flag + "s are: " + strings.Join(names, ", ")
	if near := config.Nearest(name, names); near != "" {
		hint = "did you mean: --" + flag + " " + near
	}
	var none V
	return none, usagef(hint, "there is no %s %q", flag, name)
}

// factor is a flag that says how much slower a machine is; 0 = not given.
type factor struct{ value float64 }

func (f *factor) String() string { return strconv.FormatFloat(f.value, 'f', -1, 64) }

func (f *factor) Set(s string) error {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 1 && v <= 20) {
		return errors.New("want a number from 1 to 20, as 4 for four times slower")
	}
	f.value = v
	return nil
}

// slower says that the machine was slowed by hand, which a run's heading
// doesn't say; empty = it wasn't.
func (o *runOptions) slower() string {
	if o.cpu.value <= 1 {
		return ""
	}
	return "on a machine " + o.cpu.String() + " times slower"
}
