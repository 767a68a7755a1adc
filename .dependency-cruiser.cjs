/** Who may import whom (see README, "The map"). No exemption list. */
const only = (owner, packages, extra = '') => ({
  name: `only-${owner.replace(/[^a-z]+/g, '-')}-may-import-${packages[0].replace(/[^a-z]+/gi, '-')}`,
  severity: 'error',
  from: { path: '^(app|main|renderer)/', pathNot: `^${owner}/${extra}` },
  to: { path: `node_modules/(${packages.join('|')})(/|$)` },
})
const layer = (name, from, pathNot) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(app|main|renderer)/', pathNot },
})

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: { path: '^(app|main|renderer)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^(app|main|renderer)/' },
      to: { couldNotResolve: true, pathNot: '[.](css|wasm)($|[?])|[?](url|worker|inline)$' },
    },
    layer('dicom-is-a-leaf', '^main/dicom/', '^main/dicom/'),
    layer('contract-imports-dicom-only', '^main/contract/', '^main/(contract|dicom)/'),
    {
      name: 'leaves-know-no-node',
      severity: 'error',
      from: { path: '^main/(dicom|contract|dataset)/' },
      to: { dependencyTypes: ['core'] },
    },
    layer('dataset-layer', '^main/dataset/', '^main/(dataset|contract|dicom)/'),
    layer('dimse-layer', '^main/dimse/', '^main/(dimse|dataset|contract|dicom)/'),
    layer('security-layer', '^main/security/', '^main/(security|dataset|contract|dicom)/'),
    layer('pixels-layer', '^main/pixels/', '^main/(pixels|dataset|contract|dicom)/'),
    layer('cache-layer', '^main/cache/', '^main/(cache|security|dataset|contract|dicom)/'),
    {
      name: 'services-do-not-import-each-other',
      severity: 'error',
      from: { path: '^main/(receiver|importer|exporter|archive|worklist|reports|http)/' },
      to: { path: '^(app|main|renderer)/', pathNot: '^main/($1|cache|pixels|security|dimse|dataset|contract|dicom)/' },
    },
    {
      name: 'main-knows-no-shell-or-screen',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^(app|renderer)/' },
    },
    layer('renderer-layer', '^renderer/', '^renderer/|^main/(contract|dicom)/'),
    {
      name: 'app-starts-the-station-only',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^(main|renderer)/', pathNot: '^main/([^/]+\\.ts$|contract/|security/)' },
    },
    {
      name: 'renderer-knows-no-node',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    only('app', ['electron', 'electron-updater']),
    only('main/cache', ['better-sqlite3-multiple-ciphers']),
    only('main/http', ['fastify', '@fastify/.*', 'ws']),
    only('main/pixels', ['dcmjs-codecs', 'fast-png']),
    only('main/reports', ['pdfkit', '@fontsource/inter']),
    only('main/importer', ['yauzl']),
    only('main/exporter', ['yazl']),
    only('renderer/report', ['@tiptap/.*']),
    only('renderer/viewer', ['@cornerstonejs/.*', '@kitware/.*', 'jpeg-lossless-decoder-js', 'pdfjs-dist']),
    {
      name: 'trpc-server-and-zod-in-contract-and-http',
      severity: 'error',
      from: { path: '^(app|main|renderer)/', pathNot: '^main/(contract|http)/' },
      to: { path: 'node_modules/(@trpc/server|zod)(/|$)' },
    },
    {
      name: 'every-package-has-an-owner',
      severity: 'error',
      from: { path: '^(app|main|renderer)/' },
      to: {
        path: 'node_modules/',
        pathNot:
          'node_modules/(@types/|electron|better-sqlite3-multiple-ciphers|fastify|@fastify/|ws|dcmjs-codecs|fast-png|pdfkit|pdfjs-dist|@tiptap/|@fontsource/inter|@cornerstonejs/|@kitware/|jpeg-lossless-decoder-js|yauzl|yazl|@trpc/|zod|pino|react|@mantine/|@tabler/|@tanstack/|zustand|i18next|@fontsource-variable/|vite)',
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default', 'require'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
    },
  },
}
