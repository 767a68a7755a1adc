/** A worker that answers, dies or hangs as it is told. */
import { parentPort } from 'node:worker_threads'

parentPort.on('message', (job) => {
  if (job === 'die') process.exit(3)
  if (job === 'throw') throw new Error('no')
  if (job === 'hang') for (;;);
  parentPort.postMessage(`done ${job}`)
})
