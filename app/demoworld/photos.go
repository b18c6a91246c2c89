package demoworld

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"cordon/assets/demo"
	"cordon/engine"
	"cordon/engine/detection"
)

// PhotoSources returns the photo providers that this program has, by name. The photos of
// demo detections are drawn on demand, the same each time.
func PhotoSources() map[string]engine.PhotoSource {
	return map[string]engine.PhotoSource{provider: &painter{}}
}

// painter draws the photos of demo detections. Its world is laid out at the first photo.
type painter struct {
	once  sync.Once
	world *demo.World
	err   error
}

// Photos draws the vehicle and the plate view of d, as many as its source holds.
func (p *painter) Photos(ctx context.Context, d detection.Detection) ([]engine.Photo, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.once.Do(func() { p.world, p.err = demo.New(demo.DefaultSeed, demo.Options{}) })
	if p.err != nil {
		return nil, p.err
	}
	row := rowOf(d)
	var out []engine.Photo
	for _, kind := range demo.PhotoKinds(d.Photos) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		jpeg, err := p.world.Photo(row, kind)
		if err != nil {
			return nil, fmt.Errorf("photo of read %s: %w", d.ID, err)
		}
		out = append(out, engine.Photo{Kind: engine.PhotoKind(kind), JPEG: jpeg, SHA256: sha256.Sum256(jpeg)})
	}
	return out, nil
}

func rowOf(d detection.Detection) demo.Row {
	return demo.Row{
		ID: d.ID, Plate: d.Plate, State: d.State, TimeMs: d.Time.UnixMilli(), Lon: d.Pos.Lon(), Lat: d.Pos.Lat(),
		Make: d.Make, Model: d.Model, Color: d.Color, Year: d.Year, HeadingDeg: d.HeadingDeg,
		Camera: d.Camera, Source: string(d.Source), Confidence: d.Confidence, Photos: d.Photos,
	}
}
