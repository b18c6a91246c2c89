-- Tag processing for tilemaker 2.2: the part of the OpenMapTiles schema that Cordon's base map draws.
-- Schema: https://openmaptiles.org/schema/, copyright KlokanTech.com & OpenMapTiles contributors, CC-BY 4.0.
-- Differences from the schema: parking is a class of landuse; only parks, schools and the like that show
-- a name at zoom 13 and more are in poi; heights, house numbers and translations are left out.

function Set(list)
	local set = {}
	for _, l in ipairs(list) do set[l] = true end
	return set
end

function init_function() end
function exit_function() end

node_keys = { "place", "natural" }

placeZoom = { city = 6, town = 8, village = 10, suburb = 11, hamlet = 12, neighbourhood = 13, locality = 13, island = 12 }

function node_function(node)
	local name = node:Find("name")
	if name == "" then return end
	local place = node:Find("place")
	local mz = placeZoom[place]
	if mz then
		local pop = tonumber(node:Find("population")) or 0
		if place == "town" and pop > 8000 then mz = 7 end
		if place == "village" and pop > 2000 then mz = 9 end
		node:Layer("place", false)
		node:Attribute("class", place)
		node:Attribute("name", name)
		if pop > 0 then node:AttributeNumeric("population", pop) end
		node:MinZoom(mz)
		return
	end
	if node:Find("natural") == "bay" then
		node:Layer("water_name", false)
		node:Attribute("name", name)
		-- The extract does not tell the size of a bay, its name nearly does.
		local big = name == "Delaware Bay"
		local bay = name:find(" Bay$")
		node:Attribute("class", bay and "bay" or "cove")
		node:MinZoom(big and 8 or bay and 10 or 13)
	end
end

-- Highways: value -> { class, lowest zoom }.
roads = {
	motorway = { "motorway", 5 }, trunk = { "trunk", 6 }, primary = { "primary", 8 },
	secondary = { "secondary", 9 }, tertiary = { "tertiary", 11 },
	unclassified = { "minor", 12 }, residential = { "minor", 12 }, road = { "minor", 12 }, living_street = { "minor", 12 },
	motorway_link = { "motorway", 11, true }, trunk_link = { "trunk", 11, true }, primary_link = { "primary", 11, true },
	secondary_link = { "secondary", 12, true }, tertiary_link = { "tertiary", 12, true },
	service = { "service", 13 }, track = { "track", 14 }, raceway = { "service", 14 },
	footway = { "path", 14 }, path = { "path", 14 }, steps = { "path", 14 }, cycleway = { "path", 14 },
	bridleway = { "path", 14 }, pedestrian = { "path", 14 },
}
rails = { rail = 10, light_rail = 12, subway = 12, tram = 13, preserved = 12, narrow_gauge = 12 }

water = Set { "water", "bay" }
waterArea = Set { "riverbank", "dock", "river", "canal" }
waterLine = { river = 8, canal = 10, stream = 13, drain = 14, ditch = 14 }
landcover = {
	wood = "wood", forest = "wood", wetland = "wetland", beach = "sand", sand = "sand", scrub = "wood",
	grassland = "grass", grass = "grass", meadow = "grass", village_green = "grass", recreation_ground = "grass",
	golf_course = "grass", garden = "grass", park = "grass", pitch = "pitch", playground = "grass", common = "grass",
	allotments = "grass",
}
landuse = {
	cemetery = "cemetery", grave_yard = "cemetery", industrial = "industrial", railway = "industrial",
	commercial = "industrial", retail = "industrial", military = "military", hospital = "hospital",
	school = "school", university = "university", college = "university", stadium = "pitch",
	parking = "parking", quarry = "industrial", landfill = "industrial",
}
poi = Set { "school", "university", "college", "hospital", "cemetery", "park", "golf_course", "nature_reserve", "prison",
	"common", "stadium" }

-- minZoomByArea keeps small areas out of low zooms: at least about 5 pixels at 512 px tiles.
function minZoomByArea(way, floor)
	local edge = math.sqrt(way:Area())
	local z = floor
	local res = 12 * 156543 / 2 / 2 ^ floor
	while z < 14 and edge < res do
		z = z + 1
		res = res / 2
	end
	way:MinZoom(z)
end

function brunnel(way)
	local b, t = way:Find("bridge"), way:Find("tunnel")
	if b ~= "" and b ~= "no" then way:Attribute("brunnel", "bridge")
	elseif t ~= "" and t ~= "no" then way:Attribute("brunnel", "tunnel") end
end

function zOrder(way, class)
	local rank = ({ motorway = 9, trunk = 8, primary = 6, secondary = 5, tertiary = 4 })[class] or 3
	local layer = tonumber(way:Find("layer")) or 0
	way:ZOrder(rank + 10 * math.max(-7, math.min(7, layer)))
	if layer ~= 0 then way:AttributeNumeric("layer", layer) end
end

function highway_function(way, road, name)
	local class, mz, ramp = road[1], road[2], road[3]
	local service = way:Find("service")
	if class == "service" and service ~= "" then mz = 14 end
	way:Layer("transportation", false)
	way:MinZoom(mz)
	way:Attribute("class", class)
	if ramp then way:AttributeNumeric("ramp", 1) end
	if class == "service" and service ~= "" then way:Attribute("service", service) end
	brunnel(way)
	zOrder(way, class)

	local ref = way:Find("ref")
	if class == "path" or class == "service" or class == "track" or ramp then ref = "" end
	if ramp and name == "" then return end
	if name == "" and ref == "" then return end
	way:Layer("transportation_name", false)
	way:Attribute("class", class)
	if name ~= "" then way:Attribute("name", name) end
	if ref ~= "" then way:Attribute("ref", ref) end
	if class == "minor" then mz = 13 end
	way:MinZoom(math.max(8, mz))
end

function way_function(way)
	if way:Find("disused") == "yes" then return end
	local name = way:Find("name")
	local closed = way:IsClosed()
	local highway, railway, waterway = way:Find("highway"), way:Find("railway"), way:Find("waterway")
	local natural, lu, leisure, amenity = way:Find("natural"), way:Find("landuse"), way:Find("leisure"), way:Find("amenity")

	local road = roads[highway]
	if road and not (closed and way:Find("area") == "yes") then highway_function(way, road, name) end

	local rz = rails[railway]
	if rz then
		local service = way:Find("service")
		if service ~= "" then rz = 13 end
		way:Layer("transportation", false)
		way:MinZoom(rz)
		way:Attribute("class", "rail")
		if service ~= "" then way:Attribute("service", service) end
		brunnel(way)
		zOrder(way, "rail")
	end

	local wz = waterLine[waterway]
	if wz and not closed then
		if waterway == "river" and name == "" then wz = 12 end
		way:Layer("waterway", false)
		way:MinZoom(wz)
		way:Attribute("class", waterway)
		if name ~= "" then way:Attribute("name", name) end
		brunnel(way)
	end

	if not closed then return end

	local building = way:Find("building")
	if building ~= "" and building ~= "no" then
		way:Layer("building", true)
		minZoomByArea(way, 13)
		return
	end
	local aeroway = way:Find("aeroway")
	if aeroway ~= "" then
		way:Layer("aeroway", true)
		way:Attribute("class", aeroway)
	end
	if water[natural] or lu == "reservoir" or lu == "basin" or waterArea[waterway] or leisure == "swimming_pool" then
		if way:Find("covered") == "yes" then return end
		way:Layer("water", true)
		minZoomByArea(way, 6)
		way:Attribute("class", waterway ~= "" and "river" or "lake")
		if name ~= "" and waterway == "" and way:Find("water") ~= "river" then
			way:LayerAsCentroid("water_name")
			way:Attribute("name", name)
			way:Attribute("class", "lake")
			minZoomByArea(way, 8)
		end
		return
	end

	local place, kind
	for _, v in ipairs({ lu, natural, leisure, amenity }) do
		if v ~= "" then
			if landcover[v] and not place then place, kind = "landcover", landcover[v] end
			if landuse[v] and not place then place, kind = "landuse", landuse[v] end
		end
	end
	local boundary = way:Find("boundary")
	local reserve = leisure == "nature_reserve" or boundary == "national_park"
	if leisure == "park" or reserve then
		way:Layer("park", true)
		way:Attribute("class", reserve and "nature_reserve" or "park")
		minZoomByArea(way, 8)
	elseif place then
		way:Layer(place, true)
		way:Attribute("class", kind)
		minZoomByArea(way, 9)
	end
	if name ~= "" then
		local class
		if reserve then class = "nature_reserve" end
		for _, v in ipairs({ leisure, amenity, lu }) do
			if poi[v] then class = class or v end
		end
		if class then
			way:LayerAsCentroid("poi")
			way:Attribute("name", name)
			way:Attribute("class", class)
			way:AttributeNumeric("area", math.floor(way:Area()))
			minZoomByArea(way, 13)
		end
	end
end
