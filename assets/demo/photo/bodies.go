package photo

// shape is the right half of a body, in units of about a pixel: x from the middle outwards, y
// above the ground. Outlines run from the top to the bottom and are mirrored.
type shape struct {
	cabin, hull       []corner
	glass, windscreen []corner   // of the rear and of the front
	deck              float64    // height of the shoulder that catches the light
	width             float64    // half
	lamp, headlamp    []corner   // whole polygons on the right side
	panel             []corner   // lines of the boot lid or the doors
	split             bool       // two rear doors
	plate, frontPlate float64    // lower edge of the plate
	bumper            float64    // upper edge of the dark part below
	grille            [4]float64 // half width, upper and lower edge, rounding
	tyre              [2]float64 // inner and outer edge
	mirror            float64    // height
	rails             bool
	scale             float64
}

var shapes = map[Body]shape{
	Sedan: {
		cabin:      []corner{{0, 452, 0}, {128, 450, 60}, {196, 422, 60}, {234, 272, 10}},
		hull:       []corner{{0, 300, 0}, {214, 297, 60}, {306, 262, 80}, {336, 196, 40}, {338, 96, 30}, {322, 50, 14}, {300, 26, 10}},
		glass:      []corner{{0, 412, 0}, {158, 409, 26}, {176, 398, 16}, {199, 300, 10}},
		windscreen: []corner{{0, 420, 0}, {158, 416, 26}, {180, 402, 16}, {214, 306, 10}},
		deck:       282, width: 338,
		lamp:     []corner{{204, 262, 6}, {262, 262, 30}, {318, 236, 26}, {326, 190, 14}, {318, 178, 10}, {208, 184, 10}},
		headlamp: []corner{{206, 238, 12}, {278, 252, 26}, {322, 226, 24}, {326, 188, 12}, {236, 186, 16}},
		panel:    []corner{{214, 272, 30}, {206, 124, 0}},
		plate:    134, frontPlate: 92, bumper: 64, grille: [4]float64{176, 232, 178, 20}, tyre: [2]float64{238, 322}, mirror: 296, scale: 1,
	},
	Hatchback: {
		cabin:      []corner{{0, 500, 0}, {140, 498, 56}, {206, 466, 50}, {258, 300, 20}},
		hull:       []corner{{0, 330, 0}, {246, 326, 50}, {300, 282, 60}, {318, 200, 40}, {320, 96, 30}, {306, 50, 14}, {284, 26, 10}},
		glass:      []corner{{0, 464, 0}, {168, 460, 24}, {186, 446, 16}, {214, 318, 18}},
		windscreen: []corner{{0, 466, 0}, {172, 462, 24}, {192, 446, 16}, {230, 328, 10}},
		deck:       306, width: 320,
		lamp:     []corner{{222, 312, 16}, {262, 312, 20}, {304, 264, 20}, {310, 202, 14}, {250, 206, 16}},
		headlamp: []corner{{196, 252, 14}, {264, 276, 26}, {306, 248, 24}, {310, 204, 12}, {226, 200, 16}},
		panel:    []corner{{224, 300, 30}, {226, 122, 10}},
		plate:    150, frontPlate: 92, bumper: 76, grille: [4]float64{160, 236, 186, 22}, tyre: [2]float64{228, 306}, mirror: 316, scale: 0.98,
	},
	SUV: {
		cabin:      []corner{{0, 584, 0}, {170, 582, 50}, {232, 552, 44}, {284, 350, 20}},
		hull:       []corner{{0, 384, 0}, {268, 380, 50}, {324, 336, 50}, {344, 250, 40}, {346, 120, 26}, {330, 66, 14}, {306, 44, 10}},
		glass:      []corner{{0, 546, 0}, {198, 542, 22}, {214, 528, 16}, {240, 378, 14}},
		windscreen: []corner{{0, 548, 0}, {196, 544, 22}, {216, 528, 16}, {254, 392, 10}},
		deck:       362, width: 346,
		lamp:     []corner{{262, 352, 10}, {306, 348, 16}, {336, 290, 18}, {338, 196, 12}, {292, 200, 14}, {282, 280, 16}},
		headlamp: []corner{{196, 312, 12}, {282, 330, 22}, {332, 302, 20}, {336, 252, 12}, {216, 252, 16}},
		panel:    []corner{{258, 362, 30}, {262, 150, 14}},
		plate:    196, frontPlate: 128, bumper: 118, grille: [4]float64{178, 312, 216, 22}, tyre: [2]float64{244, 330}, mirror: 392, rails: true, scale: 0.94,
	},
	Pickup: {
		cabin:      []corner{{0, 560, 0}, {170, 558, 44}, {226, 532, 40}, {272, 340, 10}},
		hull:       []corner{{0, 366, 0}, {300, 364, 22}, {334, 344, 24}, {344, 250, 30}, {344, 130, 16}, {336, 110, 8}},
		glass:      []corner{{0, 524, 0}, {176, 520, 20}, {194, 506, 14}, {214, 392, 10}},
		windscreen: []corner{{0, 526, 0}, {190, 522, 22}, {210, 506, 16}, {244, 386, 10}},
		deck:       350, width: 344,
		lamp:     []corner{{284, 338, 8}, {326, 338, 14}, {336, 300, 8}, {336, 196, 10}, {290, 192, 10}},
		headlamp: []corner{{224, 322, 10}, {326, 326, 18}, {334, 286, 14}, {332, 236, 12}, {230, 236, 12}},
		panel:    []corner{{268, 340, 8}, {268, 146, 8}},
		plate:    52, frontPlate: 92, bumper: 128, grille: [4]float64{208, 328, 206, 18}, tyre: [2]float64{240, 332}, mirror: 386, scale: 0.95,
	},
	Van: {
		cabin:      []corner{{0, 690, 0}, {214, 688, 46}, {268, 650, 40}, {296, 330, 10}},
		hull:       []corner{{0, 420, 0}, {292, 418, 20}, {306, 330, 30}, {310, 110, 24}, {300, 60, 12}, {278, 40, 10}},
		glass:      []corner{{18, 632, 14}, {206, 626, 22}, {232, 448, 18}, {18, 444, 14}},
		windscreen: []corner{{0, 572, 0}, {214, 564, 26}, {238, 540, 16}, {266, 404, 12}},
		deck:       330, width: 310,
		lamp:     []corner{{262, 380, 8}, {296, 376, 12}, {304, 340, 8}, {304, 196, 10}, {268, 196, 10}},
		headlamp: []corner{{196, 324, 12}, {262, 348, 22}, {300, 318, 20}, {302, 244, 12}, {220, 240, 16}},
		panel:    []corner{{262, 660, 26}, {268, 130, 10}},
		split:    true,
		plate:    172, frontPlate: 92, bumper: 100, grille: [4]float64{168, 306, 226, 20}, tyre: [2]float64{214, 296}, mirror: 440, scale: 0.92,
	},
}

func shapeOf(b Body) shape {
	if s, ok := shapes[b]; ok {
		return s
	}
	return shapes[Sedan]
}
