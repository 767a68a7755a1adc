/** What a person can set, kept by the station. */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { spaceSettings } from './space.ts'

/** An application entity title as people type it (PS3.5 §6.2, VR AE): 1 to 16 printable ASCII characters, no backslash, not only spaces. */
export const aeTitle = z
  .string()
  .min(1)
  .max(16)
  .regex(/^[\x20-\x5b\x5d-\x7e]+$/)
  .refine((value) => value.trim().length > 0)

export const language = z.enum(['fr', 'en'])
export type Language = z.infer<typeof language>

/** SHA-256 of a certificate: 32 bytes in capital hexadecimal digits with colons between, as openssl and browsers write it. */
export const certificateFingerprint = z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)

/** A remote AE that this station knows, where it is, and what it may ask for; `C-ECHO` is answered for everybody. */
export const dicomPeer = z.object({
  aeTitle,
  /** An IPv4 or IPv6 address, or a network in CIDR notation. */
  address: z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]),
  /** Where it listens; null when it only calls. */
  port: z.number().int().min(1).max(65535).nullable(),
  /** It calls over TLS, or else counts as unknown, and is called so. */
  tls: z.boolean(),
  /** Of the one certificate that it shows over TLS; who comes under its AE title without it is not let in. Null or absent: any that is trusted. */
  fingerprint: certificateFingerprint.nullable().exactOptional(),
  may: z.object({ store: z.boolean(), query: z.boolean(), retrieve: z.boolean(), commit: z.boolean() }),
  /** Associations that it may have at once; null: as many as the listener bears from one address. */
  maxAssociations: z.number().int().min(1).max(64).nullable(),
})
export type DicomPeer = z.infer<typeof dicomPeer>

/** A folder of this computer whose files are imported by themselves, and what becomes of an original that was taken. */
export const watchedFolder = z.object({
  path: z.string().min(1).max(4096),
  /** It stays, is moved into a folder beside, or goes once it is durable here. */
  after: z.enum(['keep', 'move', 'delete']),
})
export type WatchedFolder = z.infer<typeof watchedFolder>

export const settingsModel = z.object({
  language,
  /** Set once the notice "not a certified medical device" was accepted, with the version that was shown. */
  noticeAccepted: z.object({ version: z.number().int(), at: z.string() }).nullable(),
  firstRunDone: z.boolean(),
  /** False: DICOM listens on 127.0.0.1 only. */
  acceptFromNetwork: z.boolean(),
  aeTitle,
  dicomPort: z.number().int().min(1).max(65535),
  /** Storage SOP classes accepted beside those of the standard (private ones), by UID. */
  additionalSOPClassUIDs: z.array(z.string().max(64)).max(200),
  /** Remote AEs; the first that fits a caller's AE title and address holds. */
  peers: z.array(dicomPeer).max(200),
  /** Callers that are not among `peers`: they may store, or are rejected. */
  unknownPeers: z.enum(['store', 'refuse']),
  /** Keys that a person changed: command id → key combinations in the palette's notation (`Mod+K`). */
  keys: z.record(z.string(), z.array(z.string())),
  /** Mouse wheel scrolls one image a notch; false inverts. */
  overlaysVisible: z.boolean(),
  /** Columns of the study list: which, in which order, how wide (px). */
  studyColumns: z.array(z.object({ id: z.string(), width: z.number(), visible: z.boolean() })),
  /** How much room the cache takes. */
  space: spaceSettings,
  /** Null: none is watched. */
  watchedFolder: watchedFolder.nullable(),
  /** Automatic check for updates; off unless a feed is set and a person switched it on. */
  updates: z.object({ enabled: z.boolean(), feed: z.string().max(500) }),
})
export type Settings = z.infer<typeof settingsModel>

export const receiverProblem = z.enum([
  'bad-ae-title',
  'port-in-use',
  'port-not-permitted',
  'address-not-available',
  'echo-failed',
])

export const settings = {
  get: query(z.object({}), settingsModel),
  /** Changes what is given; a change of the receiver's address takes effect at once, or fails and nothing changes. */
  update: mutation(settingsModel.partial(), z.object({ settings: settingsModel, problem: receiverProblem.nullable() })),
  /** Opens a listener as it would be and verifies it with a C-ECHO through the network, without changing anything. */
  testReceiver: mutation(
    z.object({ aeTitle: z.string(), dicomPort: z.number().int(), acceptFromNetwork: z.boolean() }),
    z.object({
      problem: receiverProblem.nullable(),
      /** IPv4 and IPv6 addresses that a modality can be told. */
      addresses: z.array(z.string()),
    }),
  ),
}
