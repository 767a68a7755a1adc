/**
 * The CT phantom of the demo: every shape with its place, size and Hounsfield units, so that a test or a reader can say what must be seen.
 *
 * Coordinates are the patient's (LPS, PS3.3 C.7.6.2.1.1), in mm: x grows to the patient's left, y to the back, z to the head. The phantom
 * lies head first supine; its grid's middle is 0, 0, 0. A voxel has the units of the last shape in the list that holds its centre, and
 * otherwise those of air. There is no noise: every value can be compared exactly. No mirror image or half turn of it equals itself.
 */

/** The voxel grid: transverse slices, the lowest (towards the feet) first. */
export const phantomGrid = {
  Columns: 512,
  Rows: 512,
  slices: 200,
  /** mm between rows and between columns. */
  PixelSpacing: [0.7, 0.7],
  SliceThickness: 1,
  /** Centre of the first voxel of the first slice, mm. */
  origin: [-178.85, -178.85, -100],
} as const

/** A point in mm. */
export type Point = readonly [x: number, y: number, z: number]

interface Described {
  /** What it is for. */
  name: string
  HU: number
}
/** Circular cylinder along z, from `zFrom` to `zTo`. */
export interface Rod extends Described {
  kind: 'rod'
  centre: readonly [x: number, y: number]
  radius: number
  zFrom: number
  zTo: number
}
export interface Sphere extends Described {
  kind: 'sphere'
  centre: Point
  radius: number
}
/** A box by its lowest and highest corner. */
export interface Box extends Described {
  kind: 'box'
  from: Point
  to: Point
}
export type Shape = Rod | Sphere | Box

/** Outside of every shape. */
export const BACKGROUND_HU = -1000

const rod = (name: string, HU: number, x: number, y: number, radius = 12, zFrom = -60, zTo = 60): Rod => ({
  kind: 'rod',
  name,
  HU,
  centre: [x, y],
  radius,
  zFrom,
  zTo,
})
const sphere = (diameter: number, x: number, y: number, z: number): Sphere => ({
  kind: 'sphere',
  name: `sphere of ${diameter} mm`,
  HU: 200,
  centre: [x, y, z],
  radius: diameter / 2,
})
const box = (name: string, HU: number, from: Point, to: Point): Box => ({ kind: 'box', name, HU, from, to })

/** One step of the stair: each is 10 mm further to the head and 5 mm further to the front than the one before. */
const step = (index: number): Box =>
  box(`step ${index + 1} of the stair`, 400, [-20, -10 - index * 5, -40 + index * 10], [20, 20, -30 + index * 10])

/** All shapes, later ones over earlier ones. */
export const phantomShapes: readonly Shape[] = [
  rod('body: water', 0, 0, 0, 140, -90, 90),
  // A ring of inserts, 95 mm from the axis, clockwise as a reader sees a transverse slice, from the patient's front.
  rod('insert: air', -1000, 0, -95),
  rod('insert: lung', -700, 67, -67),
  rod('insert: fat', -100, 95, 0),
  rod('insert: soft tissue', 50, 67, 67),
  rod('insert: contrast medium', 300, 0, 95),
  rod('insert: bone', 1000, -67, 67),
  rod('insert: metal', 3000, -95, 0),
  // Spheres in one transverse plane at z = 75, above the inserts.
  sphere(30, -60, -40, 75),
  sphere(20, 0, -60, 75),
  sphere(10, 45, -30, 75),
  sphere(5, 60, 20, 75),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map(step),
  // A letter L at the patient's left, readable when left is on the reader's right and the front is up.
  box('marker of the left: upright', 500, [148, -20, -80], [152, 20, 80]),
  box('marker of the left: foot', 500, [148, 16, -80], [168, 20, 80]),
  // Beside the body: a bar in front, and two blocks towards the head.
  box('marker of the front', 500, [-30, -160, -80], [-10, -150, 80]),
  box('marker of the head: large', 700, [-160, -10, 60], [-146, 10, 80]),
  box('marker of the head: small', 700, [-156, -4, 80], [-148, 4, 95]),
]

/** Whether the point is inside the shape; its surface belongs to it. */
export function holds(shape: Shape, [x, y, z]: Point): boolean {
  switch (shape.kind) {
    case 'rod':
      return z >= shape.zFrom && z <= shape.zTo && Math.hypot(x - shape.centre[0], y - shape.centre[1]) <= shape.radius
    case 'sphere':
      return Math.hypot(x - shape.centre[0], y - shape.centre[1], z - shape.centre[2]) <= shape.radius
    case 'box':
      return [x, y, z].every((value, axis) => value >= (shape.from[axis] ?? 0) && value <= (shape.to[axis] ?? 0))
  }
}

/** Hounsfield units of the phantom at a point. */
export const phantomAt = (point: Point): number =>
  phantomShapes.findLast((shape) => holds(shape, point))?.HU ?? BACKGROUND_HU

/** Centre of a voxel, mm; indices from 0. */
export const voxelCentre = (column: number, row: number, slice: number): Point => [
  phantomGrid.origin[0] + column * phantomGrid.PixelSpacing[1],
  phantomGrid.origin[1] + row * phantomGrid.PixelSpacing[0],
  phantomGrid.origin[2] + slice * phantomGrid.SliceThickness,
]
