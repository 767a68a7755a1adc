/** Ways in besides the network: dropped files and the demo studies. */
export { createImporter, type Importer, type ImporterOptions } from './importer.ts'
