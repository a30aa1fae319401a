package org.dide.data.source;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.dide.data.TaskName;

/** The formats of data that can be read. */
public enum DataFormat {
  /** Generated scenes. */
  SCENES,
  /** easy-VQA's folder. */
  EASY_VQA,
  /** VQA v2's JSON files and picture folders. */
  VQA_V2,
  /** NLVR's JSON lines and drawings. */
  NLVR,
  /** NLVR2's JSON lines and picture folders. */
  NLVR2,
  /** SNLI-VE's JSON lines or lists beside Flickr30k's photographs. */
  SNLI_VE,
  /** VQA-RAD's list of records beside its pictures. */
  VQA_RAD,
  /** Captions in Karpathy's splits, one JSON file: COCO, Flickr30k, Flickr8k. */
  KARPATHY,
  /** Flickr8k's text files and pictures. */
  FLICKR8K,
  /** COCO's own files of captions. */
  COCO_CAPTIONS,
  /** Visual Genome's descriptions of regions. */
  VISUAL_GENOME,
  /** Tars of pictures and captions, as img2dataset downloads them. */
  WEBDATASET,
  /** ViLT's tables of pictures and captions. */
  ARROW,
  /** Several data sets, each with a weight. */
  MIX,
  /** One's own examples. */
  JSONL;

  /** What can be asked of such data. */
  public Set<TaskName> tasks() {
    return switch (this) {
      case SCENES -> EnumSet.complementOf(EnumSet.of(TaskName.STATEMENT));
      case EASY_VQA, VQA_V2, VQA_RAD -> EnumSet.of(TaskName.VQA);
      case NLVR -> EnumSet.of(TaskName.STATEMENT, TaskName.REASONING);
      case NLVR2 -> EnumSet.of(TaskName.REASONING);
      case SNLI_VE -> EnumSet.of(TaskName.ENTAILMENT);
      case KARPATHY, FLICKR8K, COCO_CAPTIONS, VISUAL_GENOME, WEBDATASET, ARROW ->
          EnumSet.of(TaskName.RETRIEVAL, TaskName.PRETRAINING);
      case MIX, JSONL -> EnumSet.allOf(TaskName.class);
    };
  }

  /** Whether its pictures may lie in a folder of their own, which the settings then name. */
  public boolean mayHavePicturesElsewhere() {
    return switch (this) {
      case SNLI_VE, KARPATHY, FLICKR8K, COCO_CAPTIONS, VISUAL_GENOME -> true;
      default -> false;
    };
  }

  /** Whether it is drawn by the library and so has no path. */
  public boolean isGenerated() {
    return this == SCENES;
  }

  /** Whether it lies at one path; what is drawn lies nowhere, a mix where its parts do. */
  public boolean hasPath() {
    return this != SCENES && this != MIX;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
