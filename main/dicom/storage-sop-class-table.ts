/**
 * Every Storage SOP Class of the standard, retired ones included (PS3.4 Annex B.5, PS3.6 Annex A): UID without its prefix, keyword,
 * whether its instances are images by nature, name.
 */
export const STORAGE_SOP_CLASS_PREFIX = '1.2.840.10008.5.1.'

export const STORAGE_SOP_CLASS_TABLE = `
1.27|StoredPrintStorage|other|Stored Print Storage
1.29|HardcopyGrayscaleImageStorage|image|Hardcopy Grayscale Image Storage
1.30|HardcopyColorImageStorage|image|Hardcopy Color Image Storage
4.1.1.1|ComputedRadiographyImageStorage|image|Computed Radiography Image Storage
4.1.1.1.1|DigitalXRayImageStorageForPresentation|image|Digital X-Ray Image Storage - For Presentation
4.1.1.1.1.1|DigitalXRayImageStorageForProcessing|image|Digital X-Ray Image Storage - For Processing
4.1.1.1.2|DigitalMammographyXRayImageStorageForPresentation|image|Digital Mammography X-Ray Image Storage - For Presentation
4.1.1.1.2.1|DigitalMammographyXRayImageStorageForProcessing|image|Digital Mammography X-Ray Image Storage - For Processing
4.1.1.1.3|DigitalIntraOralXRayImageStorageForPresentation|image|Digital Intra-Oral X-Ray Image Storage - For Presentation
4.1.1.1.3.1|DigitalIntraOralXRayImageStorageForProcessing|image|Digital Intra-Oral X-Ray Image Storage - For Processing
4.1.1.2|CTImageStorage|image|CT Image Storage
4.1.1.2.1|EnhancedCTImageStorage|image|Enhanced CT Image Storage
4.1.1.2.2|LegacyConvertedEnhancedCTImageStorage|image|Legacy Converted Enhanced CT Image Storage
4.1.1.3|UltrasoundMultiFrameImageStorageRetired|image|Ultrasound Multi-frame Image Storage
4.1.1.3.1|UltrasoundMultiFrameImageStorage|image|Ultrasound Multi-frame Image Storage
4.1.1.4|MRImageStorage|image|MR Image Storage
4.1.1.4.1|EnhancedMRImageStorage|image|Enhanced MR Image Storage
4.1.1.4.2|MRSpectroscopyStorage|other|MR Spectroscopy Storage
4.1.1.4.3|EnhancedMRColorImageStorage|image|Enhanced MR Color Image Storage
4.1.1.4.4|LegacyConvertedEnhancedMRImageStorage|image|Legacy Converted Enhanced MR Image Storage
4.1.1.5|NuclearMedicineImageStorageRetired|image|Nuclear Medicine Image Storage
4.1.1.6|UltrasoundImageStorageRetired|image|Ultrasound Image Storage
4.1.1.6.1|UltrasoundImageStorage|image|Ultrasound Image Storage
4.1.1.6.2|EnhancedUSVolumeStorage|image|Enhanced US Volume Storage
4.1.1.6.3|PhotoacousticImageStorage|image|Photoacoustic Image Storage
4.1.1.7|SecondaryCaptureImageStorage|image|Secondary Capture Image Storage
4.1.1.7.1|MultiFrameSingleBitSecondaryCaptureImageStorage|image|Multi-frame Single Bit Secondary Capture Image Storage
4.1.1.7.2|MultiFrameGrayscaleByteSecondaryCaptureImageStorage|image|Multi-frame Grayscale Byte Secondary Capture Image Storage
4.1.1.7.3|MultiFrameGrayscaleWordSecondaryCaptureImageStorage|image|Multi-frame Grayscale Word Secondary Capture Image Storage
4.1.1.7.4|MultiFrameTrueColorSecondaryCaptureImageStorage|image|Multi-frame True Color Secondary Capture Image Storage
4.1.1.8|StandaloneOverlayStorage|other|Standalone Overlay Storage
4.1.1.9|StandaloneCurveStorage|other|Standalone Curve Storage
4.1.1.9.1|WaveformStorageTrial|other|Waveform Storage - Trial
4.1.1.9.1.1|TwelveLeadECGWaveformStorage|other|12-lead ECG Waveform Storage
4.1.1.9.1.2|GeneralECGWaveformStorage|other|General ECG Waveform Storage
4.1.1.9.1.3|AmbulatoryECGWaveformStorage|other|Ambulatory ECG Waveform Storage
4.1.1.9.1.4|General32bitECGWaveformStorage|other|General 32-bit ECG Waveform Storage
4.1.1.9.2.1|HemodynamicWaveformStorage|other|Hemodynamic Waveform Storage
4.1.1.9.3.1|CardiacElectrophysiologyWaveformStorage|other|Cardiac Electrophysiology Waveform Storage
4.1.1.9.4.1|BasicVoiceAudioWaveformStorage|other|Basic Voice Audio Waveform Storage
4.1.1.9.4.2|GeneralAudioWaveformStorage|other|General Audio Waveform Storage
4.1.1.9.5.1|ArterialPulseWaveformStorage|other|Arterial Pulse Waveform Storage
4.1.1.9.6.1|RespiratoryWaveformStorage|other|Respiratory Waveform Storage
4.1.1.9.6.2|MultichannelRespiratoryWaveformStorage|other|Multi-channel Respiratory Waveform Storage
4.1.1.9.7.1|RoutineScalpElectroencephalogramWaveformStorage|other|Routine Scalp Electroencephalogram Waveform Storage
4.1.1.9.7.2|ElectromyogramWaveformStorage|other|Electromyogram Waveform Storage
4.1.1.9.7.3|ElectrooculogramWaveformStorage|other|Electrooculogram Waveform Storage
4.1.1.9.7.4|SleepElectroencephalogramWaveformStorage|other|Sleep Electroencephalogram Waveform Storage
4.1.1.9.8.1|BodyPositionWaveformStorage|other|Body Position Waveform Storage
4.1.1.9.100.1|WaveformPresentationStateStorage|other|Waveform Presentation State Storage
4.1.1.9.100.2|WaveformAcquisitionPresentationStateStorage|other|Waveform Acquisition Presentation State Storage
4.1.1.10|StandaloneModalityLUTStorage|other|Standalone Modality LUT Storage
4.1.1.11|StandaloneVOILUTStorage|other|Standalone VOI LUT Storage
4.1.1.11.1|GrayscaleSoftcopyPresentationStateStorage|other|Grayscale Softcopy Presentation State Storage
4.1.1.11.2|ColorSoftcopyPresentationStateStorage|other|Color Softcopy Presentation State Storage
4.1.1.11.3|PseudoColorSoftcopyPresentationStateStorage|other|Pseudo-Color Softcopy Presentation State Storage
4.1.1.11.4|BlendingSoftcopyPresentationStateStorage|other|Blending Softcopy Presentation State Storage
4.1.1.11.5|XAXRFGrayscaleSoftcopyPresentationStateStorage|other|XA/XRF Grayscale Softcopy Presentation State Storage
4.1.1.11.6|GrayscalePlanarMPRVolumetricPresentationStateStorage|other|Grayscale Planar MPR Volumetric Presentation State Storage
4.1.1.11.7|CompositingPlanarMPRVolumetricPresentationStateStorage|other|Compositing Planar MPR Volumetric Presentation State Storage
4.1.1.11.8|AdvancedBlendingPresentationStateStorage|other|Advanced Blending Presentation State Storage
4.1.1.11.9|VolumeRenderingVolumetricPresentationStateStorage|other|Volume Rendering Volumetric Presentation State Storage
4.1.1.11.10|SegmentedVolumeRenderingVolumetricPresentationStateStorage|other|Segmented Volume Rendering Volumetric Presentation State Storage
4.1.1.11.11|MultipleVolumeRenderingVolumetricPresentationStateStorage|other|Multiple Volume Rendering Volumetric Presentation State Storage
4.1.1.11.12|VariableModalityLUTSoftcopyPresentationStateStorage|other|Variable Modality LUT Softcopy Presentation State Storage
4.1.1.12.1|XRayAngiographicImageStorage|image|X-Ray Angiographic Image Storage
4.1.1.12.1.1|EnhancedXAImageStorage|image|Enhanced XA Image Storage
4.1.1.12.2|XRayRadiofluoroscopicImageStorage|image|X-Ray Radiofluoroscopic Image Storage
4.1.1.12.2.1|EnhancedXRFImageStorage|image|Enhanced XRF Image Storage
4.1.1.12.3|XRayAngiographicBiPlaneImageStorage|image|X-Ray Angiographic Bi-Plane Image Storage
4.1.1.13.1.1|XRay3DAngiographicImageStorage|image|X-Ray 3D Angiographic Image Storage
4.1.1.13.1.2|XRay3DCraniofacialImageStorage|image|X-Ray 3D Craniofacial Image Storage
4.1.1.13.1.3|BreastTomosynthesisImageStorage|image|Breast Tomosynthesis Image Storage
4.1.1.13.1.4|BreastProjectionXRayImageStorageForPresentation|image|Breast Projection X-Ray Image Storage - For Presentation
4.1.1.13.1.5|BreastProjectionXRayImageStorageForProcessing|image|Breast Projection X-Ray Image Storage - For Processing
4.1.1.14.1|IntravascularOpticalCoherenceTomographyImageStorageForPresentation|image|Intravascular Optical Coherence Tomography Image Storage - For Presentation
4.1.1.14.2|IntravascularOpticalCoherenceTomographyImageStorageForProcessing|image|Intravascular Optical Coherence Tomography Image Storage - For Processing
4.1.1.20|NuclearMedicineImageStorage|image|Nuclear Medicine Image Storage
4.1.1.30|ParametricMapStorage|image|Parametric Map Storage
4.1.1.66|RawDataStorage|other|Raw Data Storage
4.1.1.66.1|SpatialRegistrationStorage|other|Spatial Registration Storage
4.1.1.66.2|SpatialFiducialsStorage|other|Spatial Fiducials Storage
4.1.1.66.3|DeformableSpatialRegistrationStorage|other|Deformable Spatial Registration Storage
4.1.1.66.4|SegmentationStorage|other|Segmentation Storage
4.1.1.66.5|SurfaceSegmentationStorage|other|Surface Segmentation Storage
4.1.1.66.6|TractographyResultsStorage|other|Tractography Results Storage
4.1.1.66.7|LabelMapSegmentationStorage|other|Label Map Segmentation Storage
4.1.1.66.8|HeightMapSegmentationStorage|other|Height Map Segmentation Storage
4.1.1.67|RealWorldValueMappingStorage|other|Real World Value Mapping Storage
4.1.1.68.1|SurfaceScanMeshStorage|other|Surface Scan Mesh Storage
4.1.1.68.2|SurfaceScanPointCloudStorage|other|Surface Scan Point Cloud Storage
4.1.1.77.1|VLImageStorageTrial|image|VL Image Storage - Trial
4.1.1.77.1.1|VLEndoscopicImageStorage|image|VL Endoscopic Image Storage
4.1.1.77.1.1.1|VideoEndoscopicImageStorage|image|Video Endoscopic Image Storage
4.1.1.77.1.2|VLMicroscopicImageStorage|image|VL Microscopic Image Storage
4.1.1.77.1.2.1|VideoMicroscopicImageStorage|image|Video Microscopic Image Storage
4.1.1.77.1.3|VLSlideCoordinatesMicroscopicImageStorage|image|VL Slide-Coordinates Microscopic Image Storage
4.1.1.77.1.4|VLPhotographicImageStorage|image|VL Photographic Image Storage
4.1.1.77.1.4.1|VideoPhotographicImageStorage|image|Video Photographic Image Storage
4.1.1.77.1.5.1|OphthalmicPhotography8BitImageStorage|image|Ophthalmic Photography 8 Bit Image Storage
4.1.1.77.1.5.2|OphthalmicPhotography16BitImageStorage|image|Ophthalmic Photography 16 Bit Image Storage
4.1.1.77.1.5.3|StereometricRelationshipStorage|other|Stereometric Relationship Storage
4.1.1.77.1.5.4|OphthalmicTomographyImageStorage|image|Ophthalmic Tomography Image Storage
4.1.1.77.1.5.5|WideFieldOphthalmicPhotographyStereographicProjectionImageStorage|image|Wide Field Ophthalmic Photography Stereographic Projection Image Storage
4.1.1.77.1.5.6|WideFieldOphthalmicPhotography3DCoordinatesImageStorage|image|Wide Field Ophthalmic Photography 3D Coordinates Image Storage
4.1.1.77.1.5.7|OphthalmicOpticalCoherenceTomographyEnFaceImageStorage|image|Ophthalmic Optical Coherence Tomography En Face Image Storage
4.1.1.77.1.5.8|OphthalmicOpticalCoherenceTomographyBscanVolumeAnalysisStorage|image|Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage
4.1.1.77.1.6|VLWholeSlideMicroscopyImageStorage|image|VL Whole Slide Microscopy Image Storage
4.1.1.77.1.7|DermoscopicPhotographyImageStorage|image|Dermoscopic Photography Image Storage
4.1.1.77.1.8|ConfocalMicroscopyImageStorage|image|Confocal Microscopy Image Storage
4.1.1.77.1.9|ConfocalMicroscopyTiledPyramidalImageStorage|image|Confocal Microscopy Tiled Pyramidal Image Storage
4.1.1.77.2|VLMultiFrameImageStorageTrial|image|VL Multi-frame Image Storage - Trial
4.1.1.78.1|LensometryMeasurementsStorage|other|Lensometry Measurements Storage
4.1.1.78.2|AutorefractionMeasurementsStorage|other|Autorefraction Measurements Storage
4.1.1.78.3|KeratometryMeasurementsStorage|other|Keratometry Measurements Storage
4.1.1.78.4|SubjectiveRefractionMeasurementsStorage|other|Subjective Refraction Measurements Storage
4.1.1.78.5|VisualAcuityMeasurementsStorage|other|Visual Acuity Measurements Storage
4.1.1.78.6|SpectaclePrescriptionReportStorage|other|Spectacle Prescription Report Storage
4.1.1.78.7|OphthalmicAxialMeasurementsStorage|other|Ophthalmic Axial Measurements Storage
4.1.1.78.8|IntraocularLensCalculationsStorage|other|Intraocular Lens Calculations Storage
4.1.1.79.1|MacularGridThicknessAndVolumeReportStorage|other|Macular Grid Thickness and Volume Report Storage
4.1.1.80.1|OphthalmicVisualFieldStaticPerimetryMeasurementsStorage|other|Ophthalmic Visual Field Static Perimetry Measurements Storage
4.1.1.81.1|OphthalmicThicknessMapStorage|image|Ophthalmic Thickness Map Storage
4.1.1.82.1|CornealTopographyMapStorage|image|Corneal Topography Map Storage
4.1.1.88.1|TextSRStorageTrial|other|Text SR Storage - Trial
4.1.1.88.2|AudioSRStorageTrial|other|Audio SR Storage - Trial
4.1.1.88.3|DetailSRStorageTrial|other|Detail SR Storage - Trial
4.1.1.88.4|ComprehensiveSRStorageTrial|other|Comprehensive SR Storage - Trial
4.1.1.88.11|BasicTextSRStorage|other|Basic Text SR Storage
4.1.1.88.22|EnhancedSRStorage|other|Enhanced SR Storage
4.1.1.88.33|ComprehensiveSRStorage|other|Comprehensive SR Storage
4.1.1.88.34|Comprehensive3DSRStorage|other|Comprehensive 3D SR Storage
4.1.1.88.35|ExtensibleSRStorage|other|Extensible SR Storage
4.1.1.88.40|ProcedureLogStorage|other|Procedure Log Storage
4.1.1.88.50|MammographyCADSRStorage|other|Mammography CAD SR Storage
4.1.1.88.59|KeyObjectSelectionDocumentStorage|other|Key Object Selection Document Storage
4.1.1.88.65|ChestCADSRStorage|other|Chest CAD SR Storage
4.1.1.88.67|XRayRadiationDoseSRStorage|other|X-Ray Radiation Dose SR Storage
4.1.1.88.68|RadiopharmaceuticalRadiationDoseSRStorage|other|Radiopharmaceutical Radiation Dose SR Storage
4.1.1.88.69|ColonCADSRStorage|other|Colon CAD SR Storage
4.1.1.88.70|ImplantationPlanSRStorage|other|Implantation Plan SR Storage
4.1.1.88.71|AcquisitionContextSRStorage|other|Acquisition Context SR Storage
4.1.1.88.72|SimplifiedAdultEchoSRStorage|other|Simplified Adult Echo SR Storage
4.1.1.88.73|PatientRadiationDoseSRStorage|other|Patient Radiation Dose SR Storage
4.1.1.88.74|PlannedImagingAgentAdministrationSRStorage|other|Planned Imaging Agent Administration SR Storage
4.1.1.88.75|PerformedImagingAgentAdministrationSRStorage|other|Performed Imaging Agent Administration SR Storage
4.1.1.88.76|EnhancedXRayRadiationDoseSRStorage|other|Enhanced X-Ray Radiation Dose SR Storage
4.1.1.88.77|WaveformAnnotationSRStorage|other|Waveform Annotation SR Storage
4.1.1.90.1|ContentAssessmentResultsStorage|other|Content Assessment Results Storage
4.1.1.91.1|MicroscopyBulkSimpleAnnotationsStorage|other|Microscopy Bulk Simple Annotations Storage
4.1.1.104.1|EncapsulatedPDFStorage|other|Encapsulated PDF Storage
4.1.1.104.2|EncapsulatedCDAStorage|other|Encapsulated CDA Storage
4.1.1.104.3|EncapsulatedSTLStorage|other|Encapsulated STL Storage
4.1.1.104.4|EncapsulatedOBJStorage|other|Encapsulated OBJ Storage
4.1.1.104.5|EncapsulatedMTLStorage|other|Encapsulated MTL Storage
4.1.1.128|PositronEmissionTomographyImageStorage|image|Positron Emission Tomography Image Storage
4.1.1.128.1|LegacyConvertedEnhancedPETImageStorage|image|Legacy Converted Enhanced PET Image Storage
4.1.1.129|StandalonePETCurveStorage|other|Standalone PET Curve Storage
4.1.1.130|EnhancedPETImageStorage|image|Enhanced PET Image Storage
4.1.1.131|BasicStructuredDisplayStorage|other|Basic Structured Display Storage
4.1.1.200.1|CTDefinedProcedureProtocolStorage|other|CT Defined Procedure Protocol Storage
4.1.1.200.2|CTPerformedProcedureProtocolStorage|other|CT Performed Procedure Protocol Storage
4.1.1.200.3|ProtocolApprovalStorage|other|Protocol Approval Storage
4.1.1.200.7|XADefinedProcedureProtocolStorage|other|XA Defined Procedure Protocol Storage
4.1.1.200.8|XAPerformedProcedureProtocolStorage|other|XA Performed Procedure Protocol Storage
4.1.1.201.1|InventoryStorage|other|Inventory Storage
4.1.1.481.1|RTImageStorage|image|RT Image Storage
4.1.1.481.2|RTDoseStorage|other|RT Dose Storage
4.1.1.481.3|RTStructureSetStorage|other|RT Structure Set Storage
4.1.1.481.4|RTBeamsTreatmentRecordStorage|other|RT Beams Treatment Record Storage
4.1.1.481.5|RTPlanStorage|other|RT Plan Storage
4.1.1.481.6|RTBrachyTreatmentRecordStorage|other|RT Brachy Treatment Record Storage
4.1.1.481.7|RTTreatmentSummaryRecordStorage|other|RT Treatment Summary Record Storage
4.1.1.481.8|RTIonPlanStorage|other|RT Ion Plan Storage
4.1.1.481.9|RTIonBeamsTreatmentRecordStorage|other|RT Ion Beams Treatment Record Storage
4.1.1.481.10|RTPhysicianIntentStorage|other|RT Physician Intent Storage
4.1.1.481.11|RTSegmentAnnotationStorage|other|RT Segment Annotation Storage
4.1.1.481.12|RTRadiationSetStorage|other|RT Radiation Set Storage
4.1.1.481.13|CArmPhotonElectronRadiationStorage|other|C-Arm Photon-Electron Radiation Storage
4.1.1.481.14|TomotherapeuticRadiationStorage|other|Tomotherapeutic Radiation Storage
4.1.1.481.15|RoboticArmRadiationStorage|other|Robotic-Arm Radiation Storage
4.1.1.481.16|RTRadiationRecordSetStorage|other|RT Radiation Record Set Storage
4.1.1.481.17|RTRadiationSalvageRecordStorage|other|RT Radiation Salvage Record Storage
4.1.1.481.18|TomotherapeuticRadiationRecordStorage|other|Tomotherapeutic Radiation Record Storage
4.1.1.481.19|CArmPhotonElectronRadiationRecordStorage|other|C-Arm Photon-Electron Radiation Record Storage
4.1.1.481.20|RoboticRadiationRecordStorage|other|Robotic Radiation Record Storage
4.1.1.481.21|RTRadiationSetDeliveryInstructionStorage|other|RT Radiation Set Delivery Instruction Storage
4.1.1.481.22|RTTreatmentPreparationStorage|other|RT Treatment Preparation Storage
4.1.1.481.23|EnhancedRTImageStorage|image|Enhanced RT Image Storage
4.1.1.481.24|EnhancedContinuousRTImageStorage|image|Enhanced Continuous RT Image Storage
4.1.1.481.25|RTPatientPositionAcquisitionInstructionStorage|other|RT Patient Position Acquisition Instruction Storage
4.1.1.501.1|DICOSCTImageStorage|image|DICOS CT Image Storage
4.1.1.501.2.1|DICOSDigitalXRayImageStorageForPresentation|image|DICOS Digital X-Ray Image Storage - For Presentation
4.1.1.501.2.2|DICOSDigitalXRayImageStorageForProcessing|image|DICOS Digital X-Ray Image Storage - For Processing
4.1.1.501.3|DICOSThreatDetectionReportStorage|other|DICOS Threat Detection Report Storage
4.1.1.501.4|DICOS2DAITStorage|other|DICOS 2D AIT Storage
4.1.1.501.5|DICOS3DAITStorage|other|DICOS 3D AIT Storage
4.1.1.501.6|DICOSQuadrupoleResonanceStorage|other|DICOS Quadrupole Resonance (QR) Storage
4.1.1.601.1|EddyCurrentImageStorage|image|Eddy Current Image Storage
4.1.1.601.2|EddyCurrentMultiFrameImageStorage|image|Eddy Current Multi-frame Image Storage
4.1.1.601.3|ThermographyImageStorage|image|Thermography Image Storage
4.1.1.601.4|ThermographyMultiFrameImageStorage|image|Thermography Multi-frame Image Storage
4.34.1|RTBeamsDeliveryInstructionStorageTrial|other|RT Beams Delivery Instruction Storage - Trial
4.34.7|RTBeamsDeliveryInstructionStorage|other|RT Beams Delivery Instruction Storage
4.34.10|RTBrachyApplicationSetupDeliveryInstructionStorage|other|RT Brachy Application Setup Delivery Instruction Storage
4.38.1|HangingProtocolStorage|other|Hanging Protocol Storage
4.39.1|ColorPaletteStorage|other|Color Palette Storage
4.43.1|GenericImplantTemplateStorage|other|Generic Implant Template Storage
4.44.1|ImplantAssemblyTemplateStorage|other|Implant Assembly Template Storage
4.45.1|ImplantTemplateGroupStorage|other|Implant Template Group Storage
`
