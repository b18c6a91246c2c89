#!/bin/sh
# Makes the data files of cordon/assets/basemap: delaware.pmtiles and outlines.mvt.gz.
# Needs: go, tilemaker 2.2 and sqlite3 (Debian packages), npm or the two package files in ATLAS_DIR.
# Takes about 20 s. With one thread tilemaker makes the same tiles from the same input every time.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

pbf=$(go list -m -f '{{.Dir}}' github.com/paulmach/osm)/testdata/delaware-latest.osm.pbf
atlas=${ATLAS_DIR:-$tmp}
for p in us-atlas@3.0.1 world-atlas@2.0.2; do
	f=$atlas/$(echo "$p" | tr @ -).tgz
	[ -f "$f" ] || (cd "$atlas" && npm pack --silent "$p")
	mkdir "$tmp/${p%@*}"
	tar xzf "$f" -C "$tmp/${p%@*}" --strip-components 1
done

tilemaker --input "$pbf" --output "$tmp/base.mbtiles" \
	--config "$here/build/config.json" --process "$here/build/process.lua" --threads 1 >"$tmp/tilemaker.log"
go build -o "$tmp/build" ./assets/basemap/build
sqlite3 -readonly "$tmp/base.mbtiles" \
	"SELECT zoom_level, tile_column, tile_row, hex(tile_data) FROM tiles ORDER BY 1, 2, 3" |
	"$tmp/build" pmtiles "$here/delaware.pmtiles"
"$tmp/build" outlines "$tmp/us-atlas" "$tmp/world-atlas" "$pbf" "$here/outlines.mvt.gz"
ls -l "$here/delaware.pmtiles" "$here/outlines.mvt.gz"
