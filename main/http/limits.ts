/** Limits of the listeners, in two tables. */
export const httpLimits = {
  /** Bytes of a request's line and headers together. */
  maxHeaderSize: 16 * 1024,
  /** Bytes of a request body, unless its route says otherwise. */
  bodyLimit: 64 * 1024,
  /** Bytes of a batch of calls: a window's state may have 256 KiB of text, escaped as JSON. */
  callBodyLimit: 2 * 1024 * 1024,
  /** Bytes of a pixel request: 20,000 frames. */
  pixelBodyLimit: 1024 * 1024,
  /** Bytes of an offered file that are given at a time. */
  offeredBodyLimit: 16 * 1024 * 1024,
  /** One STOW-RS message: its bytes, its parts, the bytes of one part and of its headers. It must be there within `requestTimeout`. */
  storeBodyLimit: 16 * 1024 * 1024 * 1024,
  storeParts: 10_000,
  storePartBytes: 2 * 1024 * 1024 * 1024,
  storeHeadBytes: 16 * 1024,
  /** STOW-RS messages that are taken at the same time. */
  maxStores: 8,
  /** Bytes that such a message must bring within so many ms in which it is waited for: 17 kbit/s. */
  storePace: { bytes: 64 * 1024, within: 30_000 },
  /** Bytes of one message on the events' WebSocket: clients only subscribe. */
  maxEventMessage: 16 * 1024,
  /** ms for the headers, and for a whole request, to arrive. */
  headersTimeout: 10_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 60_000,
  /** Sockets open at the same time, over all windows and tools. */
  maxConnections: 128,
  /** Wrong entry codes a minute before they are answered by 429. */
  wrongCodesPerMinute: 10,
  /** Entry codes that wait to be used. */
  maxPendingEntries: 64,
  /** ms an entry code lives. */
  entryLifetime: 60_000,
  /** Longest side of a thumbnail by DICOMweb that names no viewport. */
  thumbnailSide: 160,
  /** ms after which a picture of a study or series is asked for again where others are in front, and how often that is done. */
  renderRetry: 100,
  renderRetries: 600,
  /** Images that are remembered as impossible to render. */
  unrenderable: 10_000,
  /** Bytes of thumbnails kept in memory. */
  thumbnailBytes: 32 * 1024 * 1024,
  /** Bytes of an encapsulated document: a window holds it in memory while it is read. */
  documentBytes: 256 * 1024 * 1024,
  /** Bytes of a document read from the cache at a time. */
  documentStep: 1024 * 1024,
  /** Results of one QIDO-RS search. */
  maxSearchResults: 5_000,
  /** Further results of a QIDO-RS search that are counted. */
  countedSearchResults: 10_000,
  /** Results when a QIDO-RS search names no limit. */
  defaultSearchResults: 1_000,
} as const

/** Limits of the listener for other machines. What a STOW-RS message may have is above. */
export const webLimits = {
  maxHeaderSize: httpLimits.maxHeaderSize,
  /** Bytes of a body that is no STOW-RS message. */
  bodyLimit: 1024,
  /** ms for the TLS handshake, for the headers, and for a whole request to arrive: a large study over a home link takes long. */
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 3_600_000,
  keepAliveTimeout: 60_000,
  /** ms that a connection may be without a byte in either direction. */
  idleTimeout: 120_000,
  /** ms that a refused client gets to read why, before what it still sends is cut. */
  refusedGrace: 2_000,
  /** Connections at the same time; of one address: several clients may stand behind one. */
  maxConnections: 256,
  connectionsPerAddress: 64,
  /** Requests of one client that run at the same time. */
  requestsPerClient: 32,
  /** STOW-RS messages of one client that are taken at the same time: half of all. */
  storesPerClient: httpLimits.maxStores / 2,
  /** Requests without the right secret from one address, before they are answered by 429 for the rest of the minute. */
  wrongPerMinute: 20,
} as const
