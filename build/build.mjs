/** `npm run build [-- renderer|app]`: builds what is stale. Wants the project's own Node and installed packages. */
import { inSeconds } from './run.mjs'
import { buildTarget, staleTargets, targets } from './targets.mjs'

const makers = {
  renderer: async () => {
    const { build } = await import('vite')
    await build({ logLevel: 'error' })
  },
  app: async () => {
    const { bundleApp } = await import('./bundle-app.mjs')
    await bundleApp()
  },
}

const asked = process.argv.slice(2)
const names = targets.map((target) => target.name).filter((name) => asked.length === 0 || asked.includes(name))
for (const target of staleTargets(names)) {
  const started = performance.now()
  await buildTarget(target, makers[target.name])
  console.log(`Built ${target.name} in ${inSeconds((performance.now() - started) / 1000)}`)
}
