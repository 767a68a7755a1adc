/**
 * Data elements that are written into report documents and never read by name (PS3.6 §6; PS3.3 §C.12.1, §C.17, §C.18, §C.24). Apart from
 * elements.ts, because what is known there must be well-formed in objects of others too.
 */
import type { ElementEntry } from './elements.ts'
import type { VR } from './vr.ts'

const element = <V extends VR>(tag: number, VR: V): { readonly tag: number; readonly VR: V } => ({ tag, VR })

/** By keyword. */
export const documentElements = {
  InstitutionCodeSequence: element(0x00080082, 'SQ'),
  MappingResource: element(0x00080105, 'CS'),
  CodingSchemeUID: element(0x0008010c, 'UI'),
  CodingSchemeIdentificationSequence: element(0x00080110, 'SQ'),
  CodingSchemeName: element(0x00080115, 'ST'),
  CodingSchemeResponsibleOrganization: element(0x00080116, 'ST'),
  ReferencedPerformedProcedureStepSequence: element(0x00081111, 'SQ'),
  ReferencedFrameNumber: element(0x00081160, 'IS'),
  RequestedProcedureCodeSequence: element(0x00321064, 'SQ'),
  MeasurementUnitsCodeSequence: element(0x004008ea, 'SQ'),
  AnatomicRegionSequence: element(0x00082218, 'SQ'),
  AcquisitionContextSequence: element(0x00400555, 'SQ'),
  PersonIdentificationCodeSequence: element(0x00401101, 'SQ'),
  PlacerOrderNumberImagingServiceRequest: element(0x00402016, 'LO'),
  FillerOrderNumberImagingServiceRequest: element(0x00402017, 'LO'),
  RelationshipType: element(0x0040a010, 'CS'),
  VerifyingOrganization: element(0x0040a027, 'LO'),
  VerificationDateTime: element(0x0040a030, 'DT'),
  ValueType: element(0x0040a040, 'CS'),
  ConceptNameCodeSequence: element(0x0040a043, 'SQ'),
  ContinuityOfContent: element(0x0040a050, 'CS'),
  VerifyingObserverSequence: element(0x0040a073, 'SQ'),
  VerifyingObserverName: element(0x0040a075, 'PN'),
  AuthorObserverSequence: element(0x0040a078, 'SQ'),
  ObserverType: element(0x0040a084, 'CS'),
  VerifyingObserverIdentificationCodeSequence: element(0x0040a088, 'SQ'),
  PersonName: element(0x0040a123, 'PN'),
  UID: element(0x0040a124, 'UI'),
  TextValue: element(0x0040a160, 'UT'),
  FloatingPointValue: element(0x0040a161, 'FD'),
  ConceptCodeSequence: element(0x0040a168, 'SQ'),
  MeasuredValueSequence: element(0x0040a300, 'SQ'),
  NumericValue: element(0x0040a30a, 'DS'),
  PredecessorDocumentsSequence: element(0x0040a360, 'SQ'),
  ReferencedRequestSequence: element(0x0040a370, 'SQ'),
  PerformedProcedureCodeSequence: element(0x0040a372, 'SQ'),
  CurrentRequestedProcedureEvidenceSequence: element(0x0040a375, 'SQ'),
  PertinentOtherEvidenceSequence: element(0x0040a385, 'SQ'),
  CompletionFlag: element(0x0040a491, 'CS'),
  VerificationFlag: element(0x0040a493, 'CS'),
  PreliminaryFlag: element(0x0040a496, 'CS'),
  ContentTemplateSequence: element(0x0040a504, 'SQ'),
  ContentSequence: element(0x0040a730, 'SQ'),
  TemplateIdentifier: element(0x0040db00, 'CS'),
  SourceInstanceSequence: element(0x00420013, 'SQ'),
  EncapsulatedDocumentLength: element(0x00420015, 'UL'),
  GraphicData: element(0x00700022, 'FL'),
  GraphicType: element(0x00700023, 'CS'),
  ReferencedFrameOfReferenceUID: element(0x30060024, 'UI'),
} as const satisfies Record<string, ElementEntry>
