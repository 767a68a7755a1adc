/** What the listener bears from its peers, in one table; every figure is enforced before memory is taken. */
import type { DimseLimits } from './dimse.ts'

const KiB = 1024

/** Defaults. A site changes them through `DimseServerOptions.limits`. */
export const defaultLimits: DimseLimits = {
  /** A hospital's archive opens 4 to 10 at once; each costs its buffers here and a pack in the cache. */
  maxAssociations: 64,
  maxAssociationsPerPeer: 32,
  maxPendingConnections: 64,
  /** 128 presentation contexts with 30 transfer syntaxes each are 130 KiB. */
  maxAssociatePduLength: 256 * KiB,
  /** Measured best on both small and large objects; also the largest that dcmtk sends. */
  maxPduLength: 128 * KiB,
  maxCommandLength: 16 * KiB,
  /** A commitment of 25,000 instances, or the list of as many that failed, is 3 MiB. */
  maxIdentifierLength: 4 * KiB * KiB,
  /** Element lengths of native pixel data are 32 bits: nothing larger is one object. */
  maxDataSetLength: 4 * KiB * KiB * KiB,
  artimTimeout: 10_000,
  /** 128 KiB within 30 s is 35 kbit/s. */
  pduTimeout: 30_000,
  /** Modalities keep an association open between two acquisitions. */
  idleTimeout: 300_000,
  maxPresentationContexts: 128,
}
