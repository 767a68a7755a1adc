/** Ways in besides the network: dropped files, intakes of what lies on this computer, and the demo studies. */
export { createImporter, type Importer, type ImporterOptions } from './importer.ts'
export { listFolder } from './list-folder.ts'
