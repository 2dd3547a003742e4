// A text as a QR code (ISO/IEC 18004) in SVG: byte mode, error correction L, versions 1 to 25, which
// hold 1273 bytes; mask 0 always, which any reader takes. Apps enrol a second factor with it.
const CHECK_BYTES = [
  ...[7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26],
  ...[30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26],
]
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12]
const MOST_BYTES = 1273
const QUIET = 4

/** Whether a text is short enough to be drawn. */
export const fits = (text) => Buffer.byteLength(text) <= MOST_BYTES

/** The SVG of a text that fits. */
export function drawn(text) {
  const data = Buffer.from(text)
  const version = CHECK_BYTES.findIndex((_, index) => capacity(index + 1) >= data.length) + 1
  const { size, dark } = placed(version, withChecks(version, packed(version, data)))
  const whole = size + 2 * QUIET
  const path = dark.map(([x, y]) => `M${x + QUIET} ${y + QUIET}h1v1h-1z`).join('')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole} ${whole}" width="${whole * 3}"` +
    ` height="${whole * 3}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${whole}v${whole}` +
    `h-${whole}z"/><path d="${path}"/></svg>`
  )
}

/** All bytes of a version, checks included. */
function allBytes(version) {
  let bits = (16 * version + 128) * version + 64
  const marks = version > 1 ? Math.floor(version / 7) + 2 : 0
  if (marks) bits -= (25 * marks - 10) * marks - 55
  return Math.floor((version > 6 ? bits - 36 : bits) / 8)
}

const dataBytes = (version) =>
  allBytes(version) - CHECK_BYTES[version - 1] * BLOCKS[version - 1]
const capacity = (version) => dataBytes(version) - (version > 9 ? 3 : 2)

/** Mode, length, text, terminator, padding. */
function packed(version, data) {
  const length = data.length.toString(2).padStart(version > 9 ? 16 : 8, '0')
  const bits = `0100${length}${[...data].map((byte) => byte.toString(2).padStart(8, '0')).join('')}0000`
  const bytes = bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2))
  for (let pad = 0xec; bytes.length < dataBytes(version); pad ^= 0xfd) bytes.push(pad)
  return bytes
}

/** Multiply in the field of 256 elements with the polynomial 0x11d. */
function times(x, y) {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d)
    product ^= ((y >> bit) & 1) * x
  }
  return product
}

function divisorOf(degree) {
  const divisor = [...Array(degree - 1).fill(0), 1]
  for (let i = 0, root = 1; i < degree; i += 1, root = times(root, 2)) {
    for (let j = 0; j < degree; j += 1) {
      divisor[j] = times(divisor[j], root) ^ (divisor[j + 1] ?? 0)
    }
  }
  return divisor
}

/** Blocks with their Reed-Solomon checks, interleaved. */
function withChecks(version, bytes) {
  const [count, degree] = [BLOCKS[version - 1], CHECK_BYTES[version - 1]]
  const short = Math.floor(bytes.length / count)
  const firstLong = count - (bytes.length % count)
  const divisor = divisorOf(degree)
  const blocks = []
  for (let index = 0, start = 0; index < count; index += 1) {
    const data = bytes.slice(start, (start += short + (index < firstLong ? 0 : 1)))
    const checks = Array(degree).fill(0)
    for (const byte of data) {
      const factor = byte ^ checks.shift()
      checks.push(0)
      divisor.forEach((coefficient, i) => (checks[i] ^= times(coefficient, factor)))
    }
    blocks.push({ data, checks })
  }
  const across = (part, length) =>
    Array.from({ length }, (_, i) => blocks.map((block) => block[part][i])).flat()
  return [...across('data', short + 1), ...across('checks', degree)].filter((b) => b !== undefined)
}

/** The dark squares. */
function placed(version, bytes) {
  const size = version * 4 + 17
  const grid = Array.from({ length: size }, () => Array(size).fill(null))
  const set = (x, y, dark) => {
    if (x >= 0 && y >= 0 && x < size && y < size) grid[y][x] = Boolean(dark)
  }
  const square = (x, y, reach, isDark) => {
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += 1) {
        set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))))
      }
    }
  }
  for (let i = 0; i < size; i += 1) set(6, i, i % 2 === 0), set(i, 6, i % 2 === 0)
  const finder = (ring) => ring !== 2 && ring !== 4
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, finder)
  const marks = alignment(version, size)
  const last = marks.length - 1
  marks.forEach((x, i) =>
    marks.forEach((y, j) => {
      const corner = (i === 0 && (j === 0 || j === last)) || (i === last && j === 0)
      if (!corner) square(x, y, 2, (ring) => ring !== 1)
    }),
  )
  writeFormat(size, set)
  if (version > 6) writeVersion(version, size, set)
  const bits = bytes.flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => (byte >> bit) & 1))
  let next = 0
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (grid[y][x] === null) grid[y][x] = Boolean((bits[next++] ?? 0) ^ Number((x + y) % 2 === 0))
      }
    }
  }
  const dark = grid.flatMap((row, y) => row.flatMap((on, x) => (on ? [[x, y]] : [])))
  return { size, dark }
}

function alignment(version, size) {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - step * (count - 2 - i))]
}

/** Error correction L and mask 0, in both places. */
function writeFormat(size, set) {
  const value = 0b01000
  let rest = value
  for (let i = 0; i < 10; i += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
  const bits = ((value << 10) | rest) ^ 0x5412
  const bit = (i) => (bits >> i) & 1
  for (let i = 0; i < 6; i += 1) set(8, i, bit(i))
  set(8, 7, bit(6))
  set(8, 8, bit(7))
  set(7, 8, bit(8))
  for (let i = 9; i < 15; i += 1) set(14 - i, 8, bit(i))
  for (let i = 0; i < 8; i += 1) set(size - 1 - i, 8, bit(i))
  for (let i = 8; i < 15; i += 1) set(8, size - 15 + i, bit(i))
  set(8, size - 8, 1)
}

function writeVersion(version, size, set) {
  let rest = version
  for (let i = 0; i < 12; i += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25)
  const bits = (version << 12) | rest
  for (let i = 0; i < 18; i += 1) {
    const [far, near] = [size - 11 + (i % 3), Math.floor(i / 3)]
    set(far, near, (bits >> i) & 1)
    set(near, far, (bits >> i) & 1)
  }
}
