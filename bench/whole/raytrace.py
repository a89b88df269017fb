"""A ray tracer in plain Python: spheres over a chequered floor, mirrors in mirrors, and shadows.
Pillow puts the picture together, scales it down and saves it.

    python3 raytrace.py --size 160 --output raytrace.png

The same file runs on CPython and on PyPy with cpyembed.
"""

import argparse
import math
import time

try:
    import cpyembed
    cpyembed.install("PIL")
except ImportError:     # CPython, and a PyPy that has Pillow of its own
    pass
from PIL import Image, ImageFilter

FAR = 1e9


class Vector:
    """A place, a direction or a colour."""

    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self):
        return self * (1.0 / math.sqrt(self.dot(self)))

    def mirrored(self, normal):
        return self - normal * (2.0 * self.dot(normal))


class Sphere:
    """A ball of one colour."""

    def __init__(self, centre, radius, colour, shine):
        self.centre, self.radius, self.colour, self.shine = centre, radius, colour, shine

    def meets(self, start, way):
        """How far it is to the surface; FAR if it is not met."""
        there = self.centre - start
        along = there.dot(way)
        square = along * along - there.dot(there) + self.radius * self.radius
        if square <= 0.0:
            return FAR
        near = along - math.sqrt(square)
        return near if near > 1e-6 else FAR

    def normal(self, place):
        return (place - self.centre).unit()

    def colour_at(self, place):
        return self.colour


class Floor:
    """Squares of two colours, at a height."""

    shine = 0.25

    def __init__(self, height):
        self.height = height

    def meets(self, start, way):
        if way.y > -1e-9:
            return FAR
        far = (self.height - start.y) / way.y
        return far if far > 1e-6 else FAR

    def normal(self, place):
        return Vector(0.0, 1.0, 0.0)

    def colour_at(self, place):
        even = (math.floor(place.x) + math.floor(place.z)) % 2 == 0
        return Vector(0.9, 0.9, 0.85) if even else Vector(0.15, 0.2, 0.3)


def scene():
    things = [Floor(-1.0)]
    for i in range(9):
        turn = 2.0 * math.pi * i / 9
        colour = Vector(0.5 + 0.5 * math.cos(turn), 0.5 + 0.5 * math.cos(turn + 2.1),
                        0.5 + 0.5 * math.cos(turn + 4.2))
        things.append(Sphere(Vector(2.2 * math.cos(turn), -0.6, 5.0 + 2.2 * math.sin(turn)), 0.4,
                             colour, 0.3))
    things.append(Sphere(Vector(0.0, 0.1, 5.0), 1.1, Vector(0.9, 0.9, 0.95), 0.8))
    return things


LIGHT = Vector(-4.0, 6.0, -2.0)


def seen(things, start, way, depth):
    """The colour that a ray brings."""
    nearest, thing = FAR, None
    for one in things:
        far = one.meets(start, way)
        if far < nearest:
            nearest, thing = far, one
    if thing is None:
        height = 0.5 * (way.y + 1.0)
        return Vector(0.85 - 0.4 * height, 0.9 - 0.25 * height, 1.0)
    place = start + way * nearest
    normal = thing.normal(place)
    to_light = (LIGHT - place).unit()
    light = 0.15
    if not any(one.meets(place, to_light) < FAR for one in things):
        light += 0.85 * max(0.0, normal.dot(to_light))
    colour = thing.colour_at(place) * light
    if depth > 0 and thing.shine > 0.0:
        mirrored = seen(things, place, way.mirrored(normal), depth - 1)
        colour = colour * (1.0 - thing.shine) + mirrored * thing.shine
    return colour


def traced(size):
    """The bytes of the picture, three a point."""
    things, data = scene(), bytearray()
    width, height = 3 * size // 2, size
    eye = Vector(0.0, 0.9, -1.5)
    for row in range(height):
        for column in range(width):
            way = Vector((column - 0.5 * width) / height, (0.42 * height - row) / height, 1.2)
            colour = seen(things, eye, way.unit(), 4)
            for part in (colour.x, colour.y, colour.z):
                data.append(min(255, int(255.0 * math.sqrt(part) + 0.5)))
    return width, height, bytes(data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=160, help="rows of points")
    parser.add_argument("--output", default="raytrace.png", help="the picture")
    options = parser.parse_args()
    begin = time.perf_counter()
    width, height, data = traced(options.size)
    picture = Image.frombytes("RGB", (width, height), data)
    picture = picture.filter(ImageFilter.GaussianBlur(0.6)).resize((width // 2, height // 2))
    picture.save(options.output)
    seconds = time.perf_counter() - begin
    print("result: %.12e" % sum(i % 7 * byte for i, byte in enumerate(data)))
    print("seconds: %.6f" % seconds)
