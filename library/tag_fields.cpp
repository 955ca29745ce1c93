// SPDX-License-Identifier: GPL-3.0-or-later
/// \file
/// Writes our own fields into tags: see tag_fields.h.
#include "library/tag_fields.h"

#include <aifffile.h>
#include <apefile.h>
#include <apetag.h>
#include <asffile.h>
#include <fileref.h>
#include <flacfile.h>
#include <functional>
#include <id3v2tag.h>
#include <mp4file.h>
#include <mpcfile.h>
#include <mpegfile.h>
#include <oggflacfile.h>
#include <opusfile.h>
#include <speexfile.h>
#include <textidentificationframe.h>
#include <trueaudiofile.h>
#include <vorbisfile.h>
#include <wavfile.h>
#include <wavpackfile.h>

namespace {

using TagLib::String;
using TagLib::StringList;

/// How a kind of tag stores fields; none: no such tag.
struct Door {
  std::function<String(const char* name)> get;
  std::function<void(const char* name, const String& value)> put;
  std::function<bool()> save;
};

String first(const StringList& list) {
  return list.isEmpty() ? String() : list.front();
}

template <class Saved> Door door(TagLib::Ogg::XiphComment* tag, Saved* file) {
  return {[tag](const char* name) {
            const auto& fields = tag->fieldListMap();
            const auto found = fields.find(name);
            return found == fields.end() ? String() : first(found->second);
          },
          [tag](const char* name, const String& value) { tag->addField(name, value, true); },
          [file] { return file->save(); }};
}

using UserText = TagLib::ID3v2::UserTextIdentificationFrame;

Door door(TagLib::ID3v2::Tag* tag, std::function<bool()> save) {
  return {[tag](const char* name) {
            const UserText* frame = UserText::find(tag, name);
            const StringList texts = frame != nullptr ? frame->fieldList() : StringList();
            return texts.size() > 1 ? texts[1] : String(); // the name comes first
          },
          [tag](const char* name, const String& value) {
            UserText* frame = UserText::find(tag, name);
            if (frame != nullptr)
              frame->setText(value);
            else
              tag->addFrame(new UserText(name, StringList(value)));
          },
          std::move(save)};
}

template <class Saved> Door door(TagLib::APE::Tag* tag, Saved* file) {
  return {[tag](const char* name) {
            const auto& items = tag->itemListMap();
            const auto found = items.find(name);
            return found == items.end() ? String() : found->second.toString();
          },
          [tag](const char* name, const String& value) { tag->addValue(name, value, true); },
          [file] { return file->save(); }};
}

Door door(TagLib::MP4::File* file) {
  TagLib::MP4::Tag* tag = file->tag();
  const auto key = [](const char* name) { return String("----:com.apple.iTunes:") + name; };
  return {[tag, key](const char* name) {
            return tag->contains(key(name)) ? first(tag->item(key(name)).toStringList()) : String();
          },
          [tag, key](const char* name, const String& value) {
            tag->setItem(key(name), TagLib::MP4::Item(StringList(value)));
          },
          [file] { return file->save(); }};
}

Door door(TagLib::ASF::File* file) {
  TagLib::ASF::Tag* tag = file->tag();
  return {[tag](const char* name) {
            return tag->contains(name) ? tag->attribute(name).front().toString() : String();
          },
          [tag](const char* name, const String& value) {
            tag->setAttribute(name, TagLib::ASF::Attribute(value));
          },
          [file] { return file->save(); }};
}

/// \return the tag's present version, so that old players can still read the rest
TagLib::ID3v2::Version version_of(const TagLib::ID3v2::Tag* tag) {
  return tag->header()->majorVersion() == 3 ? TagLib::ID3v2::v3 : TagLib::ID3v2::v4;
}

template <class Kind> bool is(TagLib::File* file, Kind*& kind) {
  kind = dynamic_cast<Kind*>(file);
  return kind != nullptr;
}

/// Ogg, FLAC and formats with APE tags.
Door door_of_others(TagLib::File* file) {
  TagLib::Ogg::Vorbis::File* vorbis;
  TagLib::Ogg::Opus::File* opus;
  TagLib::Ogg::Speex::File* speex;
  TagLib::Ogg::FLAC::File* ogg;
  TagLib::FLAC::File* flac;
  TagLib::WavPack::File* wavpack;
  TagLib::APE::File* ape;
  TagLib::MPC::File* musepack;
  if (is(file, vorbis)) return door(vorbis->tag(), vorbis);
  if (is(file, opus)) return door(opus->tag(), opus);
  if (is(file, speex)) return door(speex->tag(), speex);
  if (is(file, ogg)) return door(ogg->tag(), ogg);
  if (is(file, flac)) return door(flac->xiphComment(true), flac);
  if (is(file, wavpack)) return door(wavpack->APETag(true), wavpack);
  if (is(file, ape)) return door(ape->APETag(true), ape);
  if (is(file, musepack)) return door(musepack->APETag(true), musepack);
  return {};
}

Door door_of(TagLib::File* file) {
  TagLib::MPEG::File* mpeg;
  TagLib::RIFF::WAV::File* wav;
  TagLib::RIFF::AIFF::File* aiff;
  TagLib::TrueAudio::File* tta;
  TagLib::MP4::File* mp4;
  TagLib::ASF::File* asf;
  if (is(file, mpeg)) {
    TagLib::ID3v2::Tag* tag = mpeg->ID3v2Tag(true);
    return door(tag, [mpeg, tag] {
      return mpeg->save(TagLib::MPEG::File::ID3v2, TagLib::File::StripNone, version_of(tag),
                        TagLib::File::DoNotDuplicate);
    });
  }
  if (is(file, wav)) {
    TagLib::ID3v2::Tag* tag = wav->ID3v2Tag();
    return door(tag, [wav, tag] {
      return wav->save(TagLib::RIFF::WAV::File::ID3v2, TagLib::File::StripNone, version_of(tag));
    });
  }
  if (is(file, aiff)) {
    TagLib::ID3v2::Tag* tag = aiff->tag();
    return door(tag, [aiff, tag] { return aiff->save(version_of(tag)); });
  }
  if (is(file, tta)) return door(tta->ID3v2Tag(true), [tta] { return tta->save(); });
  if (is(file, mp4)) return door(mp4);
  if (is(file, asf)) return door(asf);
  return door_of_others(file);
}

TagFieldsStatus put(const char* path, const TagReading* reading, bool is_dry) {
  TagLib::FileRef ref(path, false);
  if (ref.isNull() || !ref.file()->isValid()) return TAG_FIELDS_UNKNOWN;
  const Door tags = door_of(ref.file());
  if (!tags.get) return TAG_FIELDS_UNKNOWN;
  const String mood = tags.get("MOOD");
  const bool is_ours = mood.isEmpty() || !tags.get("VALENCE").isEmpty();
  const struct {
    const char* name;
    String value;
  } fields[] = {{"VALENCE", reading->valence},
                {"AROUSAL", reading->arousal},
                {"MOOD", is_ours ? String(reading->mood, String::UTF8) : mood}};
  bool is_same = true;
  for (const auto& field : fields)
    is_same = is_same && tags.get(field.name) == field.value;
  if (is_same) return TAG_FIELDS_SAME;
  if (is_dry) return TAG_FIELDS_PUT;
  for (const auto& field : fields)
    tags.put(field.name, field.value);
  return tags.save() ? TAG_FIELDS_PUT : TAG_FIELDS_FAILED;
}

} // namespace

extern "C" TagFieldsStatus tag_fields_put(const char* path, const TagReading* reading,
                                          bool is_dry) {
  try {
    return put(path, reading, is_dry);
  } catch (...) {
    return TAG_FIELDS_FAILED;
  }
}
