-- SPDX-License-Identifier: GPL-2.0-only
--
-- render.lua - pandoc filter: how clauses look, and links from where they are
-- cited, in HTML and in groff's ms.
--
-- Invariant: a citation in the text leads to a clause that is there; otherwise
-- there is no document.

local known = {}          -- identifiers of all clauses and refusals
local unknown = {}

local function is_html() return FORMAT:match("html") end
local function is_ms() return FORMAT:match("ms") end

local function has_class(element, class)
	return element.classes and element.classes:includes(class)
end

local function collect(element)
	if has_class(element, "clause") or has_class(element, "refusal") then
		if known[element.identifier] then
			error("clause " .. element.identifier .. " is there twice")
		end
		known[element.identifier] = true
	end
end

-- A word with [AREA-n] in it, as text and links.
local function cite(text)
	local out = pandoc.List()
	local from = 1

	while true do
		local start, stop, id = text:find("%[(%u+%-%d+)%]", from)
		if not start then
			break
		end
		if not known[id] then
			unknown[#unknown + 1] = id
		end
		if start > from then
			out:insert(pandoc.Str(text:sub(from, start - 1)))
		end
		out:insert(pandoc.Link("[" .. id .. "]", "#" .. id, "",
				       pandoc.Attr("", { "cite" })))
		from = stop + 1
	end
	if #out == 0 then
		return nil
	end
	if from <= #text then
		out:insert(pandoc.Str(text:sub(from)))
	end
	return out
end



-- The label of a refusal is its anchor and is shown in brackets.
local function refusal(span)
	if has_class(span, "refusal") then
		span.content = { pandoc.Strong(pandoc.Str(span.identifier)) }
		return span
	end
	return nil
end

-- ---- HTML ----

local function html_clause(div)
	if not has_class(div, "clause") then
		return nil
	end
	-- A link to itself: where it is can be copied and passed on.
	local link = pandoc.Link("[" .. div.identifier .. "]", "#" .. div.identifier)
	local label = { pandoc.Strong(link),
			pandoc.Space(),
			pandoc.Str(div.attributes["to"] .. ", since " ..
				   div.attributes["since"]) }
	div.content:insert(1, pandoc.Div(pandoc.Plain(label),
					 pandoc.Attr("", { "label" })))
	div.classes:insert(div.attributes["to"])
	div.attributes = {}
	return div
end

-- ---- groff's ms ----

local function raw(text)
	return pandoc.RawBlock("ms", text)
end

-- A label in the addressee's colour, then the text, indented.
local function ms_clause(div)
	if not has_class(div, "clause") then
		return nil
	end
	local to = div.attributes["to"]
	local label = string.format("\\m[%s]\\f[B][%s]\\f[R] %s, since %s\\m[]",
				    to, div.identifier, to, div.attributes["since"])
	local blocks = pandoc.List()

	blocks:insert(raw(".ne 4v\n.sp 0.3v"))
	blocks:insert(pandoc.Div(raw(".LP\n" .. label .. "\n.br\n.nr PD 0.2v"),
				 pandoc.Attr(div.identifier)))
	blocks:insert(raw(".RS"))
	blocks:extend(div.content)
	blocks:insert(raw(".RE\n.nr PD 0.4v"))
	return blocks
end

-- A caption stays with the table below it.
local function ms_div(div)
	if has_class(div, "caption") then
		return { raw(".ne 7v"), table.unpack(div.content) }
	end
	return ms_clause(div)
end

-- Code is set a size smaller, and may be broken behind an underscore.
local function ms_code(element)
	local text = element.text:gsub("\\", "\\e"):gsub("%-", "\\-")

	text = text:gsub("_", "_\\:"):gsub("^([.'])", "\\&%1")
	return pandoc.RawInline("ms", "\\f[CR]\\s-1" .. text .. "\\s+1\\f[P]")
end

-- Code blocks: as they are, smaller, lines never broken.
local function ms_code_block(element)
	local lines = pandoc.List({ ".LP", ".nf", ".ps 8", ".vs 9.8p", ".ft CR" })

	for line in (element.text .. "\n"):gmatch("(.-)\n") do
		local text = line:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("'", "\\(aq")

		lines:insert(text == "" and ".sp 1" or "\\&" .. text)
	end
	lines:extend({ ".ft R", ".fi", ".ps 10", ".vs 12.6p", ".LP" })
	return raw(table.concat(lines, "\n"))
end

-- Tables are set smaller, and use the whole width.
local function ms_table(element)
	for _, column in ipairs(element.colspecs) do
		if type(column[2]) == "number" then
			column[2] = column[2] * 1.28
		end
	end
	return { raw(".nr PS 9p\n.nr VS 11p"), element, raw(".nr PS 10p\n.nr VS 12.6p\n.LP") }
end

-- Chapters begin on a new page. What the contents need to know is told on the
-- standard error of groff's first run.
local headings = pandoc.List()

local function ms_header(element)
	local blocks = pandoc.List()

	if element.level == 1 then
		blocks:insert(raw(".bp"))
	end
	blocks:insert(element)
	if element.level <= 2 then
		local name = "toc-" .. (#headings + 1)

		headings:insert({ level = element.level, name = name,
				  text = pandoc.utils.stringify(element.content) })
		blocks:insert(raw(".tm .ds " .. name .. " \\n[%]"))
	end
	return blocks
end

local function ms_contents()
	local lines = pandoc.List({ ".sp 1v" })

	for _, h in ipairs(headings) do
		local text = h.text:gsub('"', '\\[dq]')

		lines:insert(string.format('.TOCLINE %d "%s" %s', h.level, text, h.name))
	end
	lines:insert(".in 0\n.ft R\n.LP")
	return raw(table.concat(lines, "\n"))
end

function Pandoc(doc)
	doc:walk({ Div = collect, Span = collect })
	doc = doc:walk({ Str = function(s) return cite(s.text) end })
	if #unknown > 0 then
		error("unknown clauses cited: " .. table.concat(unknown, " "))
	end
	doc = doc:walk({ Span = refusal })
	if is_html() then
		return doc:walk({ Div = html_clause })
	end
	if is_ms() then
		doc = doc:walk({ Code = ms_code })
		doc = doc:walk({ Table = ms_table, CodeBlock = ms_code_block,
				 Header = ms_header })
		doc = doc:walk({ Div = ms_div })
		doc.blocks:insert(1, ms_contents())
	end
	return doc
end
