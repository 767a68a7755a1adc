/**
 * `node build/icons.mjs`: draws the program's icon (a moon for the night on call, a point of interest beside it) as SVG, PNG, ICO and ICNS.
 * The picture is a handful of circles, so it is sampled here and needs no drawing program.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { root } from './paths.mjs'

const folder = join(root, 'resources', 'icons')
const colours = { ground: [16, 17, 19], moon: [32, 201, 151], point: [255, 255, 255] }
const corner = 0.22
const moon = { x: 0.46, y: 0.53, r: 0.31 }
const shadow = { x: 0.58, y: 0.42, r: 0.26 }
const point = { x: 0.67, y: 0.35, r: 0.06 }
const samples = 4

/** @typedef {{ x: number, y: number, r: number }} Circle */

/** @param {Circle} circle @param {number} x @param {number} y */
const isIn = (circle, x, y) => Math.hypot(x - circle.x, y - circle.y) <= circle.r

/** @param {number} x @param {number} y */
function isOnGround(x, y) {
  const dx = Math.max(corner - x, x - (1 - corner), 0)
  const dy = Math.max(corner - y, y - (1 - corner), 0)
  return Math.hypot(dx, dy) <= corner
}

/** @param {number} x @param {number} y @returns {number[] | null} */
function colourAt(x, y) {
  if (isIn(point, x, y)) return colours.point
  if (isIn(moon, x, y) && !isIn(shadow, x, y)) return colours.moon
  return isOnGround(x, y) ? colours.ground : null
}

/** @param {number} size @returns {Uint8Array} */
function drawPng(size) {
  const data = new Uint8Array(size * size * 4)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0]
      let covered = 0
      for (let n = 0; n < samples * samples; n++) {
        const x = (column + ((n % samples) + 0.5) / samples) / size
        const y = (row + (Math.floor(n / samples) + 0.5) / samples) / size
        const colour = colourAt(x, y)
        if (!colour) continue
        covered++
        for (const channel of [0, 1, 2]) sum[channel] = (sum[channel] ?? 0) + (colour[channel] ?? 0)
      }
      const pixel = [
        ...sum.map((value) => Math.round(value / Math.max(covered, 1))),
        Math.round((255 * covered) / samples ** 2),
      ]
      data.set(pixel, (row * size + column) * 4)
    }
  }
  return encode({ width: size, height: size, data, channels: 4, depth: 8 })
}

/** The points where two circles meet. @param {Circle} a @param {Circle} b */
function crossings(a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const distance = Math.hypot(dx, dy)
  const along = (distance ** 2 + a.r ** 2 - b.r ** 2) / (2 * distance)
  const across = Math.sqrt(a.r ** 2 - along ** 2)
  /** @param {number} side */
  const at = (side) => [
    a.x + (along * dx - side * across * dy) / distance,
    a.y + (along * dy + side * across * dx) / distance,
  ]
  return [at(1), at(-1)]
}

function drawSvg() {
  /** @param {number} value */
  const n = (value) => Math.round(value * 512 * 100) / 100
  /** @param {number[]} colour */
  const hex = (colour) => `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`
  const [from = [], to = []] = crossings(moon, shadow)
  const [fx = 0, fy = 0] = from
  const [tx = 0, ty = 0] = to
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
  <rect width="512" height="512" rx="${n(corner)}" fill="${hex(colours.ground)}"/>
  <path d="M${n(fx)} ${n(fy)}A${n(moon.r)} ${n(moon.r)} 0 1 1 ${n(tx)} ${n(ty)}A${n(shadow.r)} ${n(shadow.r)} 0 1 0 ${n(fx)} ${n(fy)}Z" fill="${hex(colours.moon)}"/>
  <circle cx="${n(point.x)}" cy="${n(point.y)}" r="${n(point.r)}" fill="${hex(colours.point)}"/>
</svg>
`
}

/** Microsoft's icon file: a directory of PNGs. @param {readonly number[]} sizes @returns {Buffer} */
function makeIco(sizes) {
  const pictures = sizes.map((size) => ({ size, png: drawPng(size) }))
  const head = Buffer.alloc(6 + 16 * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  for (const [index, { size, png }] of pictures.entries()) {
    const at = 6 + 16 * index
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/** Apple's icon file: PNGs by the four letters of their size. @param {Record<string, number>} sizes @returns {Buffer} */
function makeIcns(sizes) {
  const parts = Object.entries(sizes).map(([type, size]) => {
    const png = drawPng(size)
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(png.length + 8, 4)
    return Buffer.concat([head, png])
  })
  const length = parts.reduce((sum, part) => sum + part.length, 8)
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(length, 4)
  return Buffer.concat([head, ...parts])
}

mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'icon.svg'), drawSvg())
for (const size of [16, 32, 48, 64, 128, 256, 512]) writeFileSync(join(folder, `${size}x${size}.png`), drawPng(size))
writeFileSync(join(folder, 'icon.ico'), makeIco([16, 24, 32, 48, 64, 128, 256]))
writeFileSync(
  join(folder, 'icon.icns'),
  makeIcns({ ic11: 32, ic12: 64, ic07: 128, ic08: 256, ic13: 256, ic09: 512, ic14: 512, ic10: 1024 }),
)
