/** PDUs written out byte by byte, each field annotated with its name in PS3.8 §9.3 or PS3.7 §9.3: independent of the encoders. */

/** Bytes from annotated hexadecimal: everything after `#` on a line is a comment; "text" stands for its ASCII codes. */
export function bytes(annotated: string): Buffer {
  const parts = annotated.split('\n').flatMap((line) => {
    const code = line.replace(/#.*$/, '')
    return [...code.matchAll(/"([^"]*)"|([0-9a-f]{2})/gi)].map(([, text, hex]) =>
      text === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(text, 'latin1'),
    )
  })
  return Buffer.concat(parts)
}

/** ECHOSCU calls ASTREINTE and proposes context 1 (Verification) and context 3 (CT Image Storage), both implicit VR little endian. */
export const associateRequest = bytes(`
  01                            # PDU-type: A-ASSOCIATE-RQ
  00                            # reserved
  00 00 00 fa                   # PDU-length: 250
  00 01                         # Protocol-version: bit 0 = version 1
  00 00                         # reserved
  "ASTREINTE       "            # Called-AE-title
  "ECHOSCU         "            # Calling-AE-title
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # reserved
  10 00 00 15                   # Application Context Item, item-length 21
  "1.2.840.10008.3.1.1.1"       # Application-context-name
  20 00 00 2e                   # Presentation Context Item, item-length 46
  01 00 00 00                   # Presentation-context-ID 1, reserved
  30 00 00 11                   # Abstract Syntax Sub-Item, item-length 17
  "1.2.840.10008.1.1"           # Verification SOP Class
  40 00 00 11                   # Transfer Syntax Sub-Item, item-length 17
  "1.2.840.10008.1.2"           # Implicit VR Little Endian
  20 00 00 36                   # Presentation Context Item, item-length 54
  03 00 00 00                   # Presentation-context-ID 3, reserved
  30 00 00 19                   # Abstract Syntax Sub-Item, item-length 25
  "1.2.840.10008.5.1.4.1.1.2"   # CT Image Storage
  40 00 00 11                   # Transfer Syntax Sub-Item, item-length 17
  "1.2.840.10008.1.2"           # Implicit VR Little Endian
  50 00 00 2d                   # User Information Item, item-length 45
  51 00 00 04                   # Maximum Length Sub-Item
  00 00 40 00                   # Maximum-length-received: 16384
  52 00 00 13                   # Implementation Class UID Sub-Item, item-length 19
  "1.2.826.0.1.3680043"         # Implementation-class-uid
  55 00 00 0a                   # Implementation Version Name Sub-Item, item-length 10
  "TESTPEER_1"                  # Implementation-version-name
`)

/** C-ECHO-RQ, Message ID 1, in one P-DATA-TF on context 1. */
export const echoRequest = bytes(`
  04                            # PDU-type: P-DATA-TF
  00                            # reserved
  00 00 00 4a                   # PDU-length: 74
  00 00 00 46                   # PDV item-length: 70
  01                            # Presentation-context-ID
  03                            # Message control header: command, last fragment
  00 00 00 00 04 00 00 00 38 00 00 00    # (0000,0000) CommandGroupLength: 56
  00 00 02 00 12 00 00 00                # (0000,0002) AffectedSOPClassUID
  "1.2.840.10008.1.1" 00
  00 00 00 01 02 00 00 00 30 00          # (0000,0100) CommandField: C-ECHO-RQ
  00 00 10 01 02 00 00 00 01 00          # (0000,0110) MessageID: 1
  00 00 00 08 02 00 00 00 01 01          # (0000,0800) CommandDataSetType: none
`)

/** C-ECHO-RSP to {@link echoRequest}, Success. */
export const echoResponse = bytes(`
  04 00 00 00 00 54             # P-DATA-TF, PDU-length: 84
  00 00 00 50 01 03             # PDV item-length: 80, context 1, command, last fragment
  00 00 00 00 04 00 00 00 42 00 00 00    # (0000,0000) CommandGroupLength: 66
  00 00 02 00 12 00 00 00                # (0000,0002) AffectedSOPClassUID
  "1.2.840.10008.1.1" 00
  00 00 00 01 02 00 00 00 30 80          # (0000,0100) CommandField: C-ECHO-RSP
  00 00 20 01 02 00 00 00 01 00          # (0000,0120) MessageIDBeingRespondedTo: 1
  00 00 00 08 02 00 00 00 01 01          # (0000,0800) CommandDataSetType: none
  00 00 00 09 02 00 00 00 00 00          # (0000,0900) Status: 0000
`)

/** C-STORE-RQ of a CT image 1.2.3, Message ID 2, on context 3; a data set follows. */
export const storeRequest = bytes(`
  04 00 00 00 00 6a             # P-DATA-TF, PDU-length: 106
  00 00 00 66 03 03             # PDV item-length: 102, context 3, command, last fragment
  00 00 00 00 04 00 00 00 58 00 00 00    # (0000,0000) CommandGroupLength: 88
  00 00 02 00 1a 00 00 00                # (0000,0002) AffectedSOPClassUID
  "1.2.840.10008.5.1.4.1.1.2" 00
  00 00 00 01 02 00 00 00 01 00          # (0000,0100) CommandField: C-STORE-RQ
  00 00 10 01 02 00 00 00 02 00          # (0000,0110) MessageID: 2
  00 00 00 07 02 00 00 00 00 00          # (0000,0700) Priority: medium
  00 00 00 08 02 00 00 00 00 00          # (0000,0800) CommandDataSetType: a data set follows
  00 00 00 10 06 00 00 00                # (0000,1000) AffectedSOPInstanceUID
  "1.2.3" 00
`)

/** The whole of a data set of eight bytes, on context 3. */
export const storeDataSet = bytes(`
  04 00 00 00 00 16             # P-DATA-TF, PDU-length: 22
  00 00 00 12 03 02             # PDV item-length: 18, context 3, data set, last fragment
  08 00 18 00 08 00 00 00       # (0008,0018) SOPInstanceUID
  "1.2.3" 00 00 00
`)

export const releaseRequest = bytes(`
  05 00 00 00 00 04             # A-RELEASE-RQ, PDU-length: 4
  00 00 00 00                   # reserved
`)

export const releaseResponse = bytes(`
  06 00 00 00 00 04             # A-RELEASE-RP, PDU-length: 4
  00 00 00 00                   # reserved
`)

/** A-ABORT by the service user. */
export const userAbort = bytes(`
  07 00 00 00 00 04             # A-ABORT, PDU-length: 4
  00 00                         # reserved
  00                            # Source: service user
  00                            # Reason/Diag.: not significant
`)

/** The first bytes of a TLS 1.3 ClientHello record. */
export const tlsClientHello = bytes(`
  16                            # ContentType: handshake
  03 01 02 00                   # legacy_record_version, length 512
  01 00 01 fc 03 03             # ClientHello, length 508, legacy_version
`)

/** A P-DATA-TF of one data set fragment on `context`. */
export function dataFragment(context: number, content: Uint8Array, control: number): Buffer {
  const headers = Buffer.alloc(12)
  headers.writeUInt8(4, 0)
  headers.writeUInt32BE(content.length + 6, 2)
  headers.writeUInt32BE(content.length + 2, 6)
  headers.writeUInt8(context, 10)
  headers.writeUInt8(control, 11)
  return Buffer.concat([headers, content])
}
