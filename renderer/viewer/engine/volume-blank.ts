/**
 * Slices of a volume that are not here yet are painted as "nothing": a new texture is zero, and zero Hounsfield units are water, grey in
 * most windows.
 */

/** What is used of Cornerstone's streaming texture (a vtk.js object: `get` reads its fields). */
export interface VolumeTexture {
  get(...fields: string[]): Record<string, unknown>
  getHandle(): WebGLTexture | null
  getUpdatedFrames(): (boolean | null)[]
  setUpdatedFrame(index: number): void
}

const lowest = { Uint8Array: 0, Uint16Array: 0, Int16Array: -32768, Float32Array: -3.4e38 } as const
const arrays = { Uint8Array, Uint16Array, Int16Array, Float32Array } as const

/** Fills slices by clearing them as render targets: nothing is uploaded. False where this kind of texture is no render target. */
const clearLayers = (
  gl: WebGL2RenderingContext,
  texture: WebGLTexture,
  slots: readonly number[],
  value: number,
): boolean => {
  const before: WebGLFramebuffer | null = gl.getParameter(gl.FRAMEBUFFER_BINDING)
  const hasScissor = gl.isEnabled(gl.SCISSOR_TEST)
  const mask: boolean[] = gl.getParameter(gl.COLOR_WRITEMASK)
  const frame = gl.createFramebuffer()
  gl.bindFramebuffer(gl.FRAMEBUFFER, frame)
  gl.disable(gl.SCISSOR_TEST)
  gl.colorMask(true, true, true, true)
  let isDone = true
  for (const slot of slots) {
    gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, texture, 0, slot)
    isDone = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE
    if (!isDone) break
    gl.clearBufferfv(gl.COLOR, 0, [value, value, value, 1])
  }
  gl.bindFramebuffer(gl.FRAMEBUFFER, before)
  gl.deleteFramebuffer(frame)
  gl.colorMask(mask[0] ?? true, mask[1] ?? true, mask[2] ?? true, mask[3] ?? true)
  if (hasScissor) gl.enable(gl.SCISSOR_TEST)
  return isDone
}

/** Uploads one blank slice to each slot. */
const uploadBlanks = (
  gl: WebGL2RenderingContext,
  texture: VolumeTexture,
  slots: readonly number[],
  blank: ArrayBufferView,
): void => {
  const { width, height, format, openGLDataType } = texture.get('width', 'height', 'format', 'openGLDataType')
  gl.bindTexture(gl.TEXTURE_3D, texture.getHandle())
  for (const slot of slots) {
    gl.texSubImage3D(
      gl.TEXTURE_3D,
      0,
      0,
      0,
      slot,
      Number(width),
      Number(height),
      1,
      Number(format),
      Number(openGLDataType),
      blank,
    )
  }
  gl.bindTexture(gl.TEXTURE_3D, null)
}

/** Makes the slices at `slots` lower than every value. False while the texture does not exist yet. */
export const blankSlices = (
  texture: VolumeTexture,
  dataType: keyof typeof lowest,
  slots: readonly number[],
): boolean => {
  const { context, width, height } = texture.get('context', 'width', 'height')
  const handle = texture.getHandle()
  if (!handle || !(context instanceof WebGL2RenderingContext)) return false
  const value = lowest[dataType]
  // A texture of unsigned bytes or words begins at its lowest value by itself.
  if (value === 0 || slots.length === 0) return true
  const isFloat = context.getExtension('EXT_color_buffer_float') !== null
  const { internalFormat } = texture.get('internalFormat')
  const isFloatTexture = internalFormat === context.R32F
  if (isFloat && isFloatTexture && clearLayers(context, handle, slots, value)) return true
  uploadBlanks(context, texture, slots, new arrays[dataType](Number(width) * Number(height)).fill(value))
  return true
}
