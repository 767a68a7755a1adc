/** How the renderer is built: files that the station serves, under a strict content security policy. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    outDir: '../dist/renderer',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // The viewer is one lazy chunk of several MB; it is loaded from the disk next to the program.
    chunkSizeWarningLimit: 8192,
  },
})
