/** Ways in besides the network: intakes of what a person gave, the watched folder, and the demo studies. */
export { createImporter, type Importer, type ImporterOptions } from './importer.ts'
export { listFolder } from './list-folder.ts'
