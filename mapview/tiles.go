package mapview

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordon/mapview/viewport"
)

// tileSlot is a place on the map where a tile stands; the world may stand in the window more than once.
type tileSlot struct {
	id   tileID
	turn int
}

// tileObject is a picture object that shows a tile and keeps its texture while it waits in the pool.
type tileObject struct {
	img  *canvas.Image
	slot tileSlot
}

// tileLayer shows the tiles of the view. Its methods belong to the UI thread.
type tileLayer struct {
	cfg    *Config
	source TileRenderer
	scale  float64
	round  int // counts base maps and scales
	cache  *tileCache
	loader *loader
	failed map[tileID]bool
	onErr  func(error)

	below, shown []*tileObject // ancestors and leftovers under the tiles of the view
	pool         []*tileObject // not shown, the longest waiting first
	onChange     func()        // the objects are others
}

// tileCacheBytes is room at scale 1 for 40 tiles: three windows full.
const tileCacheBytes = 40 << 20

// poolLimit bounds the objects that wait with their textures.
const poolLimit = 24

func newTileLayer(cfg *Config) *tileLayer {
	t := &tileLayer{cfg: cfg, cache: newTileCache(tileCacheBytes), failed: map[tileID]bool{}}
	t.loader = newLoader(cfg, t.arrived)
	return t
}

// setSource takes up another base map, or the same one at another scale.
func (t *tileLayer) setSource(source TileRenderer, scale float64) {
	t.source, t.scale = source, scale
	t.round++
	t.cache = newTileCache(int(tileCacheBytes * math.Max(1, scale*scale)))
	t.failed = map[tileID]bool{}
}

func (t *tileLayer) arrived(id tileID, img *image.RGBA, err error) {
	if id.round != t.round {
		return
	}
	if err != nil || img == nil || len(img.Pix) == 0 {
		t.failed[id] = true
		if err != nil && t.onErr != nil {
			t.onErr(err)
		}
	} else {
		t.cache.put(id, img)
	}
	t.cfg.arrived()
}

// update shows the tiles of the view, asks for those that are missing, and shows ancestors or what was
// there before in their place.
func (t *tileLayer) update(v viewport.View) {
	if v.W < 1 || v.H < 1 {
		return
	}
	tiles := v.Tiles(v.TileZoom())
	previous := append(append([]*tileObject(nil), t.shown...), t.below...)
	held := make(map[tileSlot]*tileObject, len(previous))
	for _, o := range previous {
		held[o.slot] = o
	}
	oldBelow, oldShown := t.below, t.shown
	t.below, t.shown = nil, nil
	var missing []tileID
	for _, tile := range tiles {
		slot := tileSlot{id: tileID{tile.Z, tile.X, tile.Y, t.round}, turn: turnOf(tile, v)}
		if img := t.cache.get(slot.id); img != nil {
			o := t.take(held, slot, img)
			t.put(o, tile.Left, tile.Top, tile.Size)
			t.shown = append(t.shown, o)
			continue
		}
		if !t.failed[slot.id] {
			missing = append(missing, slot.id)
		}
		t.ancestor(held, tile, slot)
	}
	if len(missing) > 0 {
		t.leftovers(held, v)
	}
	for _, o := range held {
		t.release(o)
	}
	t.loader.want(t.source, t.scale, missing)
	if t.onChange != nil && (!sameObjects(oldBelow, t.below) || !sameObjects(oldShown, t.shown)) {
		t.onChange()
	}
}

func turnOf(tile viewport.Tile, v viewport.View) int {
	if v.WorldSize() > v.W {
		return 0
	}
	return int(math.Floor((tile.Left + tile.Size/2) / v.WorldSize()))
}

// ancestor shows the nearest tile above that is there, enlarged, once.
func (t *tileLayer) ancestor(held map[tileSlot]*tileObject, tile viewport.Tile, slot tileSlot) {
	left, top, size := tile.Left, tile.Top, tile.Size
	id := slot.id
	for range 6 {
		if id.z == 0 {
			return
		}
		left -= float64(id.x&1) * size
		top -= float64(id.y&1) * size
		size *= 2
		id = tileID{id.z - 1, id.x / 2, id.y / 2, id.round}
		up := tileSlot{id: id, turn: slot.turn}
		for _, o := range t.below {
			if o.slot == up {
				return
			}
		}
		if img := t.cache.get(id); img != nil {
			o := t.take(held, up, img)
			t.put(o, left, top, size)
			t.below = append([]*tileObject{o}, t.below...) // the coarser, the lower
			return
		}
	}
}

// leftovers keeps tiles of the zoom before in sight until the new ones are there.
func (t *tileLayer) leftovers(held map[tileSlot]*tileObject, v viewport.View) {
	for slot, o := range held {
		if slot.id.round != t.round {
			continue
		}
		n := math.Exp2(float64(slot.id.z))
		size := viewport.TileSize * math.Exp2(v.Zoom-float64(slot.id.z))
		cx, cy := viewport.World(v.Center)
		dx := (float64(slot.id.x)+0.5)/n - cx
		dx -= math.Round(dx)
		left := v.W/2 + dx*n*size - size/2
		top := v.H/2 + (float64(slot.id.y)/n-cy)*n*size
		if size < 32 || left > v.W || top > v.H || left+size < 0 || top+size < 0 || slot.turn != 0 {
			continue
		}
		t.put(o, left, top, size)
		t.below = append(t.below, o)
		delete(held, slot)
	}
}

// take returns the object for the slot: the one that shows it, one from the pool, or a new one.
func (t *tileLayer) take(held map[tileSlot]*tileObject, slot tileSlot, img *image.RGBA) *tileObject {
	if o := held[slot]; o != nil {
		delete(held, slot)
		t.set(o, img)
		return o
	}
	for i, o := range t.pool {
		if o.slot == slot {
			t.pool = append(t.pool[:i], t.pool[i+1:]...)
			t.set(o, img)
			return o
		}
	}
	var o *tileObject
	if len(t.pool) >= poolLimit {
		o = t.pool[0]
		t.pool = t.pool[1:]
	} else {
		o = &tileObject{img: canvas.NewImageFromImage(nil)}
		o.img.ScaleMode = canvas.ImageScaleFastest
		o.img.FillMode = canvas.ImageFillStretch
	}
	o.slot = slot
	t.set(o, img)
	return o
}

func (t *tileLayer) set(o *tileObject, img *image.RGBA) {
	if o.img.Image == image.Image(img) {
		return
	}
	o.img.Image = img
	o.img.Refresh()
}

func (t *tileLayer) release(o *tileObject) {
	t.pool = append(t.pool, o)
	if len(t.pool) > poolLimit {
		t.pool[0].img.Image = nil
		t.pool = t.pool[1:]
	}
}

// put moves the object. All tiles of a zoom get one size in whole pixels, so that no seam shows between
// them and panning never resizes them, which would upload a texture.
func (t *tileLayer) put(o *tileObject, left, top, size float64) {
	s := math.Ceil(size*t.scale-1e-6) / t.scale
	x, y := math.Floor(left*t.scale+1e-6)/t.scale, math.Floor(top*t.scale+1e-6)/t.scale
	o.img.Resize(fyne.NewSquareSize(float32(s)))
	o.img.Move(fyne.NewPos(float32(x), float32(y)))
}

func sameObjects(a, b []*tileObject) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
