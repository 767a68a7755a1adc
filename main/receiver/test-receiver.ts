/** Tries a listener before it is chosen: opens it, and verifies it with a C-ECHO from this machine over each address. */
import { createDimseServer, verifyPeer } from '../dimse/index.ts'
import { isAETitle, type ListenAddress, problemOf, type ReceiverProblem, reachableAddresses } from './listen-address.ts'

export interface ReceiverTest {
  problem: ReceiverProblem | null
  /** Addresses that answered. */
  addresses: string[]
}

/** Addresses among `candidates` where a C-ECHO succeeds. */
async function addressesThatAnswer(candidates: readonly string[], port: number, aeTitle: string): Promise<string[]> {
  const answers = await Promise.all(
    candidates.map((host) =>
      verifyPeer({ host, port, calledAETitle: aeTitle, callingAETitle: aeTitle, responseTimeout: 3000 }).then(
        (status) => status === 0,
        () => false,
      ),
    ),
  )
  return candidates.filter((_, index) => answers[index])
}

/**
 * Tests `wanted` without changing anything. While `current` already holds the wanted port, the trial listens on a free port of the
 * wanted address instead, and the C-ECHO proves the address and the AE title.
 */
export async function testListenAddress(wanted: ListenAddress, current: ListenAddress | null): Promise<ReceiverTest> {
  if (!isAETitle(wanted.aeTitle)) return { problem: 'bad-ae-title', addresses: [] }
  const port = current?.port === wanted.port ? 0 : wanted.port
  const trial = await createDimseServer({
    host: wanted.host,
    port,
    aeTitle: wanted.aeTitle,
    acceptsSOPClass: () => false,
    acceptsTransferSyntax: () => true,
    store: () => {
      throw new Error('A trial stores nothing')
    },
  }).catch(problemOf)
  if (typeof trial === 'string') return { problem: trial, addresses: [] }
  try {
    const addresses = await addressesThatAnswer(reachableAddresses(wanted.host), trial.port, wanted.aeTitle)
    return { problem: addresses.length > 0 ? null : 'echo-failed', addresses }
  } finally {
    await trial.close(0)
  }
}
