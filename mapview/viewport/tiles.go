package viewport

import (
	"math"
	"sort"
)

// maxTiles bounds the number of tiles that Tiles returns: a 4K window holds about 50 at its own zoom.
const maxTiles = 1024

// Tile is one tile that the window shows.
type Tile struct {
	Z    uint8
	X, Y uint32 // column from longitude -180 eastwards and row from the north, each below 2^Z

	// Left, Top and Size say where the tile stands on the screen, in pixels. A world that stands more
	// than once in a wide window gives the same tile at several places.
	Left, Top, Size float64
}

// TileZoom returns the whole zoom whose tiles suit the view: drawn at 0.71–1.41 of their own size.
func (v View) TileZoom() uint8 { return uint8(math.Round(ClampZoom(v.Zoom))) }

// Tiles returns the tiles of zoom z that the window shows, nearest to the centre first. The zoom is
// lowered until at most 1024 are needed, so a wrong z costs no memory. An empty window gives none.
func (v View) Tiles(z uint8) []Tile {
	v = v.normal()
	if v.W <= 0 || v.H <= 0 {
		return nil
	}
	z = min(z, MaxZoom)
	for {
		if t, ok := v.tilesAt(z); ok {
			return t
		}
		z--
	}
}

func (v View) tilesAt(z uint8) ([]Tile, bool) {
	size := TileSize * math.Exp2(v.Zoom-float64(z))
	cx, cy := World(v.Center)
	n := math.Exp2(float64(z))
	// Screen position of the world's top left corner.
	left, top := v.W/2-cx*n*size, v.H/2-cy*n*size
	x0, x1 := math.Floor(-left/size), math.Ceil((v.W-left)/size)-1
	y0 := math.Max(0, math.Floor(-top/size))
	y1 := math.Min(n-1, math.Ceil((v.H-top)/size)-1)
	if z > 0 && (x1-x0+1)*(y1-y0+1) > maxTiles {
		return nil, false
	}
	var tiles []Tile
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			wx := math.Mod(x, n)
			if wx < 0 {
				wx += n
			}
			tiles = append(tiles, Tile{
				Z: z, X: uint32(wx), Y: uint32(y),
				Left: left + x*size, Top: top + y*size, Size: size,
			})
		}
	}
	d := func(t Tile) float64 {
		return math.Hypot(t.Left+t.Size/2-v.W/2, t.Top+t.Size/2-v.H/2)
	}
	sort.SliceStable(tiles, func(i, j int) bool { return d(tiles[i]) < d(tiles[j]) })
	return tiles, true
}
