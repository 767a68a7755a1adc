/**
 * `node build/icons.mjs`: draws the program's mark (renderer/ui/brand.tsx: a lamp in a dark room) as SVG, PNG, ICO and ICNS. It is a ring, a
 * quarter of it lit, and a disc, so it is sampled here and needs no drawing program.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { root } from './paths.mjs'

const folder = join(root, 'resources', 'icons')
const colours = { ground: [16, 17, 19], ring: [66, 66, 66], lamp: [45, 190, 165] }
const corner = 0.22
const radius = 0.3
const disc = 0.108
/** Half the width of the ring, and of its lit quarter. */
const ringHalf = 0.024
const litHalf = 0.036
const samples = 4

/** @param {number} x @param {number} y */
function isOnGround(x, y) {
  const dx = Math.max(corner - x, x - (1 - corner), 0)
  const dy = Math.max(corner - y, y - (1 - corner), 0)
  return Math.hypot(dx, dy) <= corner
}

/** @param {number} x @param {number} y @returns {number[] | null} */
function colourAt(x, y) {
  const [dx, dy] = [x - 0.5, y - 0.5]
  const distance = Math.hypot(dx, dy)
  const isLitQuarter = dx >= 0 && dy <= 0 && Math.abs(distance - radius) <= litHalf
  const isCap = Math.hypot(dx, dy + radius) <= litHalf || Math.hypot(dx - radius, dy) <= litHalf
  if (distance <= disc || isLitQuarter || isCap) return colours.lamp
  if (Math.abs(distance - radius) <= ringHalf) return colours.ring
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

function drawSvg() {
  /** @param {number} value */
  const n = (value) => Math.round(value * 512 * 100) / 100
  /** @param {number[]} colour */
  const hex = (colour) => `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`
  const lit = `M256 ${n(0.5 - radius)}A${n(radius)} ${n(radius)} 0 0 1 ${n(0.5 + radius)} 256`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
  <title>Astreinte</title>
  <rect width="512" height="512" rx="${n(corner)}" fill="${hex(colours.ground)}"/>
  <circle cx="256" cy="256" r="${n(radius)}" fill="none" stroke="${hex(colours.ring)}" stroke-width="${n(2 * ringHalf)}"/>
  <path d="${lit}" fill="none" stroke="${hex(colours.lamp)}" stroke-width="${n(2 * litHalf)}" stroke-linecap="round"/>
  <circle cx="256" cy="256" r="${n(disc)}" fill="${hex(colours.lamp)}"/>
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
