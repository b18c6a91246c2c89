package basemap

import "image/color"

// roadClass orders the roads as they are drawn: a later class lies on top of an earlier one.
type roadClass uint8

const (
	roadService roadClass = iota
	roadMinor
	roadLink
	roadTertiary
	roadPrimary
	roadMotorway
	roadClasses
)

// roadPaint is how one class of road looks. The width is in pixels at zoom 15, without the casing.
type roadPaint struct {
	fill, casing color.RGBA
	width        float64
}

// Style says how the map looks. It is made by Light and Dark and not changed afterwards.
type Style struct {
	name string

	land, industrial, parking   color.RGBA
	park, grass, cemetery       color.RGBA
	water                       color.RGBA
	building, buildingEdge      color.RGBA
	footway, rail               color.RGBA
	country, state, county      color.RGBA // border lines
	roads                       [roadClasses]roadPaint
	roadText, minorText         color.RGBA
	placeText, waterText        color.RGBA
	halo                        color.RGBA
	shield, shieldEdge, shieldT color.RGBA
}

// Name returns "light" or "dark": it tells styles apart in caches.
func (s *Style) Name() string { return s.name }

// Land returns the colour of the ground, for what shows before a tile is drawn.
func (s *Style) Land() color.RGBA { return s.land }

// Widths in pixels at zoom 15 on 512 px tiles, casing width and limits of the zoom factor: ui/tokens.md, "Base map".
const (
	motorwayWidth = 8.5
	primaryWidth  = 7
	tertiaryWidth = 5.6
	minorWidth    = 4.6
	serviceWidth  = 2.2
	casingWidth   = 1.6
	railWidth     = 1.1
	footwayWidth  = 1.1
	edgeWidth     = 0.7
	minFactor     = 0.55
	maxFactor     = 1.7
	widthZoom     = 15
)

func hex(v uint32) color.RGBA {
	return color.RGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xff}
}

func roads(service, serviceC, minor, minorC, tertiary, tertiaryC, primary, primaryC, motorway, motorwayC uint32) [roadClasses]roadPaint {
	return [roadClasses]roadPaint{
		roadService:  {hex(service), hex(serviceC), serviceWidth},
		roadMinor:    {hex(minor), hex(minorC), minorWidth},
		roadLink:     {hex(tertiary), hex(tertiaryC), minorWidth},
		roadTertiary: {hex(tertiary), hex(tertiaryC), tertiaryWidth},
		roadPrimary:  {hex(primary), hex(primaryC), primaryWidth},
		roadMotorway: {hex(motorway), hex(motorwayC), motorwayWidth},
	}
}

// Light returns the style for bright surroundings and for paper.
func Light() *Style {
	return &Style{
		name: "light",
		land: hex(0xF2F3F4), industrial: hex(0xEBEBEE), parking: hex(0xECEEF0),
		park: hex(0xE3EBE2), grass: hex(0xE9EEE8), cemetery: hex(0xE4E9E3),
		water:    hex(0xCBDAE3),
		building: hex(0xE1E4E8), buildingEdge: hex(0xD1D6DC),
		footway: hex(0xDADFE4), rail: hex(0xC3C9D0),
		country: hex(0x87929E), state: hex(0xA9B3BE), county: hex(0xC3C9D0),
		roads: roads(0xFBFCFC, 0xE4E7EB, 0xFFFFFF, 0xDCE0E5, 0xFFFFFF, 0xD0D6DC,
			0xFFFFFF, 0xBEC6CF, 0xE4E8ED, 0xA9B3BE),
		roadText: hex(0x566270), minorText: hex(0x5F6B77), placeText: hex(0x5F6B77), waterText: hex(0x3F6277),
		halo:   hex(0xF7F8F9),
		shield: hex(0xFFFFFF), shieldEdge: hex(0xBCC5CE), shieldT: hex(0x465361),
	}
}

// Dark returns the style for dim surroundings.
func Dark() *Style {
	return &Style{
		name: "dark",
		land: hex(0x12181E), industrial: hex(0x151B21), parking: hex(0x151C22),
		park: hex(0x14211E), grass: hex(0x141E1D), cemetery: hex(0x141F1D),
		water:    hex(0x0B2330),
		building: hex(0x1B232B), buildingEdge: hex(0x262F39),
		footway: hex(0x222B34), rail: hex(0x313B46),
		country: hex(0x5F6C7A), state: hex(0x45535F), county: hex(0x313B46),
		roads: roads(0x1F2830, 0x161C22, 0x232C35, 0x171E25, 0x2F3A45, 0x161D24,
			0x384552, 0x141A20, 0x45535F, 0x141A20),
		roadText: hex(0x93A0AD), minorText: hex(0x7F8D9A), placeText: hex(0x7F8D9A), waterText: hex(0x6496AF),
		halo:   hex(0x10161C),
		shield: hex(0x1B232C), shieldEdge: hex(0x3A4652), shieldT: hex(0xAAB5C0),
	}
}
