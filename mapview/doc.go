// Package mapview is the map widget: street tiles, areas, detections, cameras and the drawing in hand.
//
// Entry points: [New] makes a [Map]; [Map.SetBase] gives it tiles and labels, [Map.SetTheme] colours and
// fonts, [Map.SetAreas], [Map.SetPoints], [Map.SetCameras] and [Map.SetSensitive] the data; [Map.SetTool]
// takes up a drawing tool of package tools. The map reports through its On… callbacks.
//
// Conventions. Positions are WGS 84 degrees in the order (lon, lat); sizes are Fyne units unless a name
// says pixels; headings are degrees clockwise from north. A nil colour or font means a plain default.
//
// Threads. Every method and callback belongs to the UI thread. Tiles, the data picture, the labels and the
// sketch are drawn by background goroutines, which come back through [Config.Do]; nothing is drawn, read
// or waited for on the UI thread.
//
// Invariants. While panning, pictures are only moved: they are drawn anew when the zoom, the data, the
// style or the margin around the window changes. Slices handed to a Set method are not copied and must not
// be changed afterwards. The widget knows no colours and no words of the program but the few of its own
// furniture.
package mapview
