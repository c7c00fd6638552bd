"""Figures that others published, each with where it was read."""

from __future__ import annotations

from dataclasses import dataclass

PRIMARY, SECOND = "primary", "second-hand"


@dataclass(frozen=True, slots=True)
class Published:
    """One work, one setting."""

    work: str
    setting: str
    split: str
    figures: str
    source: str
    ours: tuple[str, ...] = ()
    """Words, in small letters, in the names of our detectors that were made after it."""

    def stands_for(self, detector: str) -> bool:
        """Tell whether a detector of ours, by its name, was made after the work."""
        return any(word in detector.casefold() for word in self.ours)


PUBLISHED = (
    Published(
        "Zhang et al., PLOS ONE 2024, e0290303",
        "CT-GAN forgeries of LIDC; CNN on 32x32 windows, heat map, GLCM, PCA, SVM",
        "shuffled slices (authors' repository); neighbours and twins on both sides",
        "accuracy 99.80 %",
        f"{PRIMARY} (abstract, repository)",
        ("glcm",),
    ),
    Published(
        "Solaiyappan, Wen, arXiv 2109.12800 (2022)",
        "CT-GAN's released scans; SVM, random forest, decision tree, fine-tuned DenseNet, ResNet, "
        "VGG",
        "not stated by patient in the abstract",
        "near perfect on crops of the place; 80 % at best on whole slices",
        f"{PRIMARY} (abstract) for the crops, {SECOND} for whole slices",
        ("features + ", "dense", "resnet", "vgg"),
    ),
    Published(
        "Alsaheel et al., CMC 76(2), 2023",
        "CT-GAN set, 2000 samples, 3 classes; ResNet, DenseNet, MobileNet",
        "training figures",
        "99 % accuracy in training",
        f"{PRIMARY} (abstract)",
        ("resnet", "dense", "mobile"),
    ),
    Published(
        "Comparison of eight CNNs, Comput. Intell. Neurosci. 2021, 3111676",
        "70,000 faces and 70,000 of StyleGAN: no medical images",
        "not stated in the abstract",
        "five measures: accuracy, precision, recall, F1, AUC; none is quoted, for none was read",
        f"{PRIMARY} (abstract)",
        ("cnn, ",),
    ),
    Published(
        "Suk, Song, Han 2022; AI 6(5):88, 2025",
        "fundus images forged by CycleGAN and U-Net; CNN with concatenations",
        "not stated by patient in the abstract",
        "91 % (2022); AUC 0.988, sensitivity 1.00 and precision 0.84 of the manipulated class "
        "(2025)",
        f"{PRIMARY} (abstract)",
        ("concat",),
    ),
    Published(
        "Reichman et al., ICPR workshops 2020, LNCS 12661",
        "nodules removed from LIDC by copy-move and inpainting; ConnectionNet on small regions",
        "not stated in the abstract",
        "85 % accuracy",
        SECOND,
        ("connection",),
    ),
    Published(
        "Gite et al., NCAA 35, 2022",
        "lungs segmented in chest X-rays by FCN, SegNet, U-Net, U-Net++: nothing forged",
        "not stated in the abstract",
        "78, 84, 95, more than 98 % of pixels; mean IoU 0.95",
        f"{PRIMARY} (abstract)",
        ("u-net", "fcn", "segnet"),
    ),
    Published(
        "Yi et al. 2019, review of GANs in medical imaging",
        "discriminator and reconstruction as detector: an idea, no experiment",
        "-",
        "none",
        "-",
        ("discriminator", "autoencoder", "3-d network"),
    ),
    Published(
        "Grabovski et al., BTD, arXiv 2407.15169",
        "diffusion model of real crops, residual of one step; CT and breast MRI",
        "trained on originals alone",
        "AUC 0.90 injected (best before: 0.79), 0.96 removed (0.91)",
        PRIMARY,
        ("diffusion",),
    ),
    Published(
        "M3Dsynth (ICASSP 2024), detectors of natural images as they are",
        "LIDC forged by pix2pix, CycleGAN, diffusion in 3-D",
        "by patient, 488 / 100 / 150",
        "accuracy 50.5, 49.0, 48.9 %",
        SECOND,
    ),
    Published(
        "M3Dsynth, the same fine-tuned",
        "trained on pix2pix, tested on CycleGAN and diffusion; and from CycleGAN",
        "by patient",
        "96.6, 95.8 % accuracy; 97.7, 91.6 %",
        SECOND,
    ),
    Published(
        "TruFor, fine-tuned on M3Dsynth",
        "trained on pix2pix, tested on pix2pix, CycleGAN, diffusion; trained on CycleGAN; on "
        "diffusion",
        "by patient",
        "found at 1 % false alarms: 100, 97.8, 97.0; 95.9, 99.4, 89.1; 99.9, 98.1, 99.6 %: the "
        "best passive result that we know",
        SECOND,
    ),
    Published(
        "TruFor, ManTraNet, U-Net on M3Dsynth, where the forgery is",
        "trained on pix2pix; same generator, then others",
        "by patient",
        "F1 / IoU 89.9 / 82.9, then 68.1 / 55.5 and 68.0 / 54.7; ManTraNet 87.0 / 79.1, then 61.4 "
        "/ 45.5; U-Net F1 35 to 57 on others",
        SECOND,
        ("u-net",),
    ),
    Published(
        "HexMIL (ACM MM 2026)",
        "trained on one generator, tested on three others (M3Dsynth, CT-GAN)",
        "across generators",
        "AUC / F1: HexMIL 92.0 / 90.2, ManTraNet 82.9 / 73.7, D3 80.7 / 80.8, TruFor 80.3 / 73.3, "
        "NPR 73.4 / 73.6, R3D-18 66.3 / 66.2, MVSS 65.0 / 64.6, HP-FCN 62.1 / 64.4",
        f"{PRIMARY} (project page)",
    ),
    Published(
        "ESF-CTFD on CTForensics (2026)",
        "ten generators of CT, 75,990 images",
        "not read",
        "accuracy 96.0 %, AP 99.96; natural-image detectors more than 10 points lower",
        SECOND,
    ),
    Published(
        "Tordjman et al., Radiology 2026",
        "17 radiologists, synthetic radiographs",
        "-",
        "41 % noticed unasked; asked, 75 % (68 to 81) and 70 % right",
        f"{PRIMARY} (abstract)",
    ),
    Published(
        "A commercial detector on the same radiographs",
        "as sold",
        "-",
        "100 % found with 7.8 % false alarms",
        "press",
    ),
    Published(
        "Fridrich et al. 2003, block DCT",
        "copy-move; 16x16 blocks, sorted, shifts counted",
        "no training",
        "none is quoted",
        "-",
        ("block", "dct"),
    ),
    Published(
        "Ryu et al. 2010; Cozzolino et al. 2015",
        "copy-move; Zernike moments, field of nearest neighbours",
        "no training",
        "none is quoted",
        "-",
        ("zernike",),
    ),
    Published(
        "Amerini et al. 2011",
        "copy-move; SIFT, two nearest neighbours, affine maps",
        "no training",
        "none is quoted",
        "-",
        ("sift",),
    ),
    Published(
        "Mahdian, Saic 2009; Cozzolino et al. 2015 (Splicebuster)",
        "splicing; noise of wavelets by block, co-occurrence of residuals",
        "no training",
        "none is quoted",
        "-",
        ("noise", "co-occurrence"),
    ),
    Published(
        "Amiri et al. 2024, copy-move in medical images",
        "DCT, DWT and an evolutionary search",
        "not stated in the abstract",
        "precision, recall, F1 90.1, 92.3, 91.6 %",
        f"{PRIMARY} (abstract)",
    ),
    Published(
        "TruFor, natural images",
        "CASIAv1+, Columbia, Coverage, DSO-1",
        "trained on other sets",
        "AUC 0.916, 0.996, 0.770, 0.984; F1 of samples on average 0.627",
        SECOND,
    ),
    Published(
        "MVSS-Net, natural images",
        "trained on CASIAv2, then on DEFACTO",
        "trained on other sets",
        "AUC 0.932, 0.980, 0.731, 0.573; then 0.771, 0.563, 0.525, 0.886: the training set decides",
        PRIMARY,
    ),
)
