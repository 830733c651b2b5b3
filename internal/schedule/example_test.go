package schedule_test

import (
	"fmt"
	"time"

	"samui/internal/journey"
	"samui/internal/schedule"
)

func ExampleJob_Slots() {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		fmt.Println(err)
		return
	}
	job := schedule.Job{
		Site: "shop", Journey: "buy", Device: "desktop", Location: "local",
		Schedule: journey.Schedule{Cron: "30 2 * * *", Timezone: newYork},
	}
	// On 8 March the clocks jump from 2:00 to 3:00.
	from := time.Date(2026, time.March, 7, 0, 0, 0, 0, newYork)
	for _, slot := range job.Slots(from, from.AddDate(0, 0, 3)) {
		fmt.Println(slot.At.In(newYork))
	}
	// Output:
	// 2026-03-07 02:30:00 -0500 EST
	// 2026-03-08 03:00:00 -0400 EDT
	// 2026-03-09 02:30:00 -0400 EDT
}
